"""Demonstration data: a province that does not exist, and invented people with complete files.

`people` to `sections` are pure: the same seed gives the same people, values and states. `tree`,
`staff`, `files` and `work` write them set-based, as the door and the engine would leave them.
"""

from tms.demo.build import Built, build
from tms.demo.staff import Login

__all__ = ["Built", "Login", "build"]
