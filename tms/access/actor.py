"""Who acts: one user under one assignment, or a named part of the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tms.access.fill_policy import DECLARED, FillPolicy
from tms.access.permissions import Permission
from tms.access.roles import ROLES, Family, Reach, Role, RoleSpec
from tms.dictionary import Filler
from tms.errors import Because, NotAllowed, message
from tms.models.unit import SEGMENT, Level

#: What whoever has left does no more.
WRITES = frozenset({Permission.RECORD_WRITE, Permission.SUBMIT, Permission.WISH})


@dataclass(frozen=True)
class Actor:
    """What inner layers are told about the user; they never look at a request."""

    role: Role
    unit_path: str
    user_id: int | None = None
    assignment_id: int | None = None
    unit_id: int | None = None
    unit_level: int = Level.CENTRAL
    #: Bit mask of the department's function; 0 where there is none.
    functions: int = 0
    teacher_id: int | None = None
    name: str = ""
    unit_name: str = ""
    #: School category of the unit; nothing for bureaus.
    unit_category: str = ""
    #: Whoever has left or retired reads his file and writes nothing.
    is_read_only: bool = False
    #: Who fills what, as units have moved it; the dictionary's word where nothing was loaded.
    policy: FillPolicy = DECLARED

    @property
    def spec(self) -> RoleSpec:
        """The entry of `ROLES`."""
        return ROLES[self.role]

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Those of the role, and those it has at this kind of unit."""
        spec = self.spec
        here = spec.at_school if self.unit_level == Level.SCHOOL else spec.at_bureau
        return (spec.permissions | here) - (WRITES if self.is_read_only else frozenset())

    @cached_property
    def fills(self) -> frozenset[Filler]:
        """Whose items the role fills in here; what bureaus took over is theirs."""
        spec = self.spec
        return spec.fills | (spec.fills_at_bureau if self.unit_level != Level.SCHOOL else set())

    def can(self, permission: Permission) -> bool:
        """Whether the role holds *permission* here."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """:raises NotAllowed: the role does not hold *permission*."""
        if not self.can(permission):
            raise NotAllowed(message("您的角色不能进行此操作。").because(Because.ROLE))

    def reach(self, family: Family) -> Reach | None:
        """How far the role reaches in *family*; None is nothing."""
        if family is Family.PERSONAL and self.user_id is not None:
            return Reach.OWN_ROWS
        if family is Family.NOTICES and self.user_id is not None:
            return Reach.ABOVE
        return self.spec.reach.get(family)

    @property
    def reads_whole_files(self) -> bool:
        """Whether every row of a file in reach is in reach: only then is it known complete."""
        whole = (Reach.SUBTREE, Reach.OWN_FILE, Reach.ALL)
        return self.can(Permission.RECORD_READ) and self.reach(Family.RECORDS) in whole

    @property
    def parent_path(self) -> str:
        """Path of the unit above: a department's university."""
        return self.unit_path[:-SEGMENT]


#: Finds the account that logs in; sees no file.
LOGIN = Actor(role=Role.LOGIN, unit_path="", name="login")
#: The server's own command line: first administrator, demonstration data.
CONSOLE = Actor(role=Role.CONSOLE, unit_path="", name="console")
#: Does jobs: takes them, says how far they are; acts for their owner in between.
WORKER = Actor(role=Role.WORKER, unit_path="", name="worker")
