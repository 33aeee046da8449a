"""Demonstration data: a province that does not exist, and invented people with complete files.

`people` to `sections` are pure: the same seed gives the same people, values and states. `files` and
`work` make of them what the door and the engine would leave, in `parts` that several processes
make at once; `write` puts them in set-based, into `tables` without indexes.
"""

from tms.demo.build import Built, build
from tms.demo.staff import Login
from tms.demo.tables import settle

__all__ = ["Built", "Login", "build", "settle"]
