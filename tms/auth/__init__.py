"""Login, sessions in the database, and from a session to the Actor (SECURITY.md S14–S19).

The cookie holds a random token (signed, next to the CSRF token and the language); the row of
`login_session` holds its hash, so that a login can be ended from the server and web nodes are
interchangeable. Whoever has still to show or to do something (`stages.Stage`) is nobody to the rest
of the system: no actor, no row, no page but that of his stage.
"""

from __future__ import annotations

from flask import Flask

from tms.access import Permission
from tms.auth.assignments import other_assignments, switch_assignment
from tms.auth.login import log_in, log_out
from tms.auth.sessions import TOKEN, identify
from tms.auth.stages import Stage, stage
from tms.auth.who import current_actor, get_actor, installation

__all__ = [
    "TOKEN",
    "Stage",
    "current_actor",
    "get_actor",
    "installation",
    "log_in",
    "log_out",
    "other_assignments",
    "stage",
    "switch_assignment",
]


def init_app(app: Flask) -> None:
    """Before every request: who is it, and let the session act for nobody else."""
    app.before_request(identify)
    app.jinja_env.globals["actor"] = current_actor
    app.jinja_env.globals["Permission"] = Permission
