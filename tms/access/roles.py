"""Roles: what each may do, how far it reaches, what it fills and sees. A new role is one entry.

Source: DOMAIN.md 2 (seed2 三(二), 暂行办法 art. 13). Reach is declared per family of tables; what
is not declared is not reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tms.access.permissions import Permission as P
from tms.dictionary import Filler, Sensitivity


class Role(StrEnum):
    """Accounts of people (code table account_role) and, below, of the system itself."""

    SYSTEM_ADMIN = "system_admin"
    INFO_ADMIN = "info_admin"
    INFO_QUERY = "info_query"
    SCHOOL_HEAD = "school_head"
    UNIT_SECRETARY = "unit_secretary"
    DEPT_REVIEWER = "dept_reviewer"
    TEACHER = "teacher"
    TECH_SUPPORT = "tech_support"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"
    #: Looks up who logs in; no person holds these three.
    LOGIN = "login"
    CONSOLE = "console"
    WORKER = "worker"


SYSTEM_ROLES = frozenset({Role.LOGIN, Role.CONSOLE, Role.WORKER})
#: Who needs a second factor in production, and whose sessions idle half as long (S18, S19).
ADMINISTRATORS = frozenset(
    {
        Role.SYSTEM_ADMIN,
        Role.INFO_ADMIN,
        Role.TECH_SUPPORT,
        Role.SECURITY_OFFICER,
        Role.AUDITOR,
    }
)


class Family(StrEnum):
    """Families of tables (tms.models.scoped)."""

    UNITS = "units"
    ACCOUNTS = "accounts"
    FILES = "files"
    RECORDS = "records"
    WORK = "work"
    AUDIT = "audit"
    #: Exports that wait for a second person.
    EXPORTS = "exports"
    #: Forgotten passwords on the lists of units.
    PASSWORDS = "passwords"
    #: Filings, duties, risks, drills of units.
    SECURITY = "security"
    #: What units tell those below them: everybody hears what is said above, whatever the role.
    NOTICES = "notices"
    #: What users arranged for themselves: everybody reaches their own, whatever the role.
    PERSONAL = "personal"


class Reach(StrEnum):
    """How far a role reaches within a family."""

    #: Own unit and every unit whose chain of supervisors leads here.
    SUBTREE = "subtree"
    #: The own unit and every unit above it.
    ABOVE = "above"
    #: The unit above (a department's university) and all below it.
    PARENT_SUBTREE = "parent_subtree"
    #: As above, but only rows that the department judges.
    PARENT_FUNCTIONS = "parent_functions"
    #: The one file that is the actor's own.
    OWN_FILE = "own_file"
    #: Rows that bear the user's own id.
    OWN_ROWS = "own_rows"
    #: Everything; system actors only.
    ALL = "all"


@dataclass(frozen=True)
class RoleSpec:
    """One role. `sees` is the highest sensitivity shown; encrypted values show their mask."""

    reach: dict[Family, Reach]
    permissions: frozenset[P]
    #: In addition, where the unit is a school (or part of one), or a bureau.
    at_school: frozenset[P] = frozenset()
    at_bureau: frozenset[P] = frozenset()
    fills: frozenset[Filler] = frozenset()
    fills_at_bureau: frozenset[Filler] = frozenset()
    sees: Sensitivity = Sensitivity.LOW
    grants: tuple[Role, ...] = ()
    #: Roles it may grant at units directly below its own.
    grants_below: tuple[Role, ...] = field(default=())


def _everywhere(reach: Reach, *families: Family) -> dict[Family, Reach]:
    return dict.fromkeys(families, reach)


_STAFF = (
    Role.SYSTEM_ADMIN,
    Role.INFO_ADMIN,
    Role.INFO_QUERY,
    Role.SCHOOL_HEAD,
    Role.UNIT_SECRETARY,
    Role.DEPT_REVIEWER,
    Role.TEACHER,
    Role.TECH_SUPPORT,
)
_F = Family

ROLES: dict[Role, RoleSpec] = {
    Role.SYSTEM_ADMIN: RoleSpec(
        reach=_everywhere(Reach.SUBTREE, _F.UNITS, _F.ACCOUNTS, _F.FILES, _F.PASSWORDS),
        permissions=frozenset(
            {
                P.UNIT_READ,
                P.UNIT_WRITE,
                P.ACCOUNT_READ,
                P.ACCOUNT_WRITE,
                P.FILE_READ,
                P.FILE_CREATE,
                P.IMPORT,
                P.DICTIONARY_READ,
                P.POLICY_WRITE,
                P.PASSWORD_ASK,
            }
        ),
        grants=_STAFF,
        grants_below=(Role.SYSTEM_ADMIN,),
    ),
    Role.INFO_ADMIN: RoleSpec(
        reach=_everywhere(
            Reach.SUBTREE,
            _F.UNITS,
            _F.FILES,
            _F.RECORDS,
            _F.WORK,
            _F.AUDIT,
            _F.EXPORTS,
            _F.SECURITY,
        ),
        permissions=frozenset(
            {
                P.UNIT_READ,
                P.FILE_READ,
                P.FILE_CREATE,
                P.RECORD_READ,
                P.RECORD_WRITE,
                P.BULK,
                P.RECORD_EXPORT,
                P.UNMASK,
                P.EXPORT_APPROVE,
                P.IMPORT,
                P.NOTICE,
                P.SUBMIT,
                P.DICTIONARY_READ,
            }
        ),
        at_school=frozenset(
            {P.RECORD_SUPPLEMENT, P.REPORT, P.CHANGE, P.BIN, P.FREEZE, P.ROUTE_WRITE}
        ),
        at_bureau=frozenset({P.APPROVE, P.REOPEN, P.FREEZE, P.MOVE, P.NUMBER, P.SECURITY_READ}),
        fills=frozenset({Filler.TEACHER, Filler.SCHOOL}),
        fills_at_bureau=frozenset({Filler.BUREAU}),
        sees=Sensitivity.HIGH,
    ),
    Role.INFO_QUERY: RoleSpec(
        reach=_everywhere(Reach.SUBTREE, _F.UNITS, _F.FILES, _F.RECORDS),
        permissions=frozenset(
            {P.UNIT_READ, P.FILE_READ, P.RECORD_READ, P.RECORD_EXPORT, P.DICTIONARY_READ}
        ),
        sees=Sensitivity.MEDIUM,
    ),
    Role.SCHOOL_HEAD: RoleSpec(
        reach=_everywhere(
            Reach.SUBTREE, _F.UNITS, _F.FILES, _F.RECORDS, _F.WORK, _F.AUDIT, _F.SECURITY
        ),
        permissions=frozenset(
            {
                P.UNIT_READ,
                P.FILE_READ,
                P.RECORD_READ,
                P.RECORD_EXPORT,
                P.SCHOOL_REVIEW,
                P.REPORT,
                P.NOTICE,
                P.DICTIONARY_READ,
                P.SECURITY_READ,
            }
        ),
        sees=Sensitivity.HIGH,
    ),
    Role.UNIT_SECRETARY: RoleSpec(
        reach=_everywhere(Reach.SUBTREE, _F.UNITS, _F.FILES, _F.RECORDS, _F.WORK, _F.PASSWORDS),
        permissions=frozenset(
            {
                P.UNIT_READ,
                P.FILE_READ,
                P.RECORD_READ,
                P.UNIT_REVIEW,
                P.NOTICE,
                P.PASSWORD_ASK,
                P.DICTIONARY_READ,
            }
        ),
        sees=Sensitivity.MEDIUM,
    ),
    Role.DEPT_REVIEWER: RoleSpec(
        reach={
            _F.UNITS: Reach.PARENT_SUBTREE,
            _F.FILES: Reach.PARENT_SUBTREE,
            _F.RECORDS: Reach.PARENT_FUNCTIONS,
            _F.WORK: Reach.PARENT_SUBTREE,
        },
        permissions=frozenset(
            {P.UNIT_READ, P.FILE_READ, P.RECORD_READ, P.DEPT_REVIEW, P.DICTIONARY_READ}
        ),
        sees=Sensitivity.HIGH,
    ),
    Role.TEACHER: RoleSpec(
        reach={
            _F.UNITS: Reach.SUBTREE,
            _F.FILES: Reach.OWN_FILE,
            _F.RECORDS: Reach.OWN_FILE,
            _F.WORK: Reach.OWN_FILE,
        },
        permissions=frozenset({P.FILE_READ, P.RECORD_READ, P.RECORD_WRITE, P.SUBMIT, P.WISH}),
        fills=frozenset({Filler.TEACHER}),
        sees=Sensitivity.HIGH,
    ),
    Role.TECH_SUPPORT: RoleSpec(
        reach=_everywhere(Reach.SUBTREE, _F.UNITS),
        permissions=frozenset({P.UNIT_READ, P.DICTIONARY_READ}),
    ),
    Role.SECURITY_OFFICER: RoleSpec(
        reach=_everywhere(Reach.SUBTREE, _F.UNITS, _F.ACCOUNTS, _F.EXPORTS, _F.SECURITY),
        permissions=frozenset(
            {
                P.UNIT_READ,
                P.ACCOUNT_READ,
                P.EXPORT_APPROVE,
                P.DICTIONARY_READ,
                P.SECURITY_READ,
                P.SECURITY_WRITE,
            }
        ),
    ),
    Role.AUDITOR: RoleSpec(
        reach=_everywhere(Reach.SUBTREE, _F.UNITS, _F.AUDIT),
        permissions=frozenset({P.UNIT_READ, P.AUDIT_READ, P.DICTIONARY_READ}),
    ),
    Role.LOGIN: RoleSpec(
        reach=_everywhere(Reach.ALL, _F.UNITS, _F.ACCOUNTS, _F.PASSWORDS),
        permissions=frozenset(),
    ),
    Role.WORKER: RoleSpec(
        reach=_everywhere(Reach.ALL, _F.UNITS, _F.ACCOUNTS, _F.PERSONAL, _F.EXPORTS),
        permissions=frozenset(),
    ),
    Role.CONSOLE: RoleSpec(
        reach=dict.fromkeys(Family, Reach.ALL),
        permissions=frozenset(P),
        fills=frozenset(Filler),
        sees=Sensitivity.HIGH,
        grants=tuple(r for r in Role if r not in SYSTEM_ROLES),
        grants_below=tuple(r for r in Role if r not in SYSTEM_ROLES),
    ),
}
