"""Who may: roles and their reach, the actor, the scope on the session, the field policy."""

from tms.access.actor import CONSOLE, LOGIN, WORKER, Actor
from tms.access.permissions import Permission
from tms.access.roles import ADMINISTRATORS, ROLES, SYSTEM_ROLES, Family, Reach, Role
from tms.access.scope import acting, actor_of, bind, door, reaches, unscoped

__all__ = [
    "ADMINISTRATORS",
    "CONSOLE",
    "LOGIN",
    "ROLES",
    "SYSTEM_ROLES",
    "WORKER",
    "Actor",
    "Family",
    "Permission",
    "Reach",
    "Role",
    "acting",
    "actor_of",
    "bind",
    "door",
    "reaches",
    "unscoped",
]
