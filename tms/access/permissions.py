"""What can be permitted: one word per kind of act."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """``thing:act``. Roles hold sets of these; transitions and views ask for one."""

    UNIT_READ = "unit:read"
    UNIT_WRITE = "unit:write"
    ACCOUNT_READ = "account:read"
    ACCOUNT_WRITE = "account:write"
    #: Collecting who forgot the password; resetting is ACCOUNT_WRITE.
    PASSWORD_ASK = "password:ask"  # noqa: S105  a permission
    FILE_READ = "file:read"
    FILE_CREATE = "file:create"
    RECORD_READ = "record:read"
    RECORD_WRITE = "record:write"
    RECORD_EXPORT = "record:export"
    #: Numbers in full in an export, for a stated purpose.
    UNMASK = "record:unmask"
    #: Agreeing to another person's export of many full numbers, or refusing it.
    EXPORT_APPROVE = "export:approve"
    RECORD_SUPPLEMENT = "record:supplement"
    #: Changing rows of many files at once.
    BULK = "record:bulk"
    IMPORT = "import:run"
    SUBMIT = "file:submit"
    UNIT_REVIEW = "file:unit_review"
    DEPT_REVIEW = "file:dept_review"
    SCHOOL_REVIEW = "file:school_review"
    REPORT = "file:report"
    APPROVE = "file:approve"
    #: 锁定, leave to propose, a school's bin, a move between schools of one bureau.
    FREEZE = "file:freeze"
    REOPEN = "file:reopen"
    BIN = "file:bin"
    MOVE = "file:move"
    #: 变更申请 over rows in force; a wish for one.
    CHANGE = "record:change"
    WISH = "record:wish"
    #: Making temporary personal numbers official, by a list that was confirmed outside.
    NUMBER = "file:number"
    ROUTE_WRITE = "route:write"
    #: Who fills which field in the schools below.
    POLICY_WRITE = "policy:write"
    #: Telling all who belong to the own unit or lie below it.
    NOTICE = "notice:write"
    SECURITY_READ = "security:read"
    SECURITY_WRITE = "security:write"
    AUDIT_READ = "audit:read"
    DICTIONARY_READ = "dictionary:read"
