"""Which mixin stands for which family of tables."""

from __future__ import annotations

from typing import Any

from tms.access.roles import Family
from tms.models.scoped import (
    AccountScoped,
    AuditScoped,
    ExportScoped,
    FileScoped,
    NoticeScoped,
    PasswordScoped,
    PersonalScoped,
    RecordScoped,
    SecurityScoped,
    UnitScoped,
    WorkScoped,
)

FAMILIES: dict[Family, type[Any]] = {
    Family.UNITS: UnitScoped,
    Family.ACCOUNTS: AccountScoped,
    Family.FILES: FileScoped,
    Family.RECORDS: RecordScoped,
    Family.WORK: WorkScoped,
    Family.AUDIT: AuditScoped,
    Family.EXPORTS: ExportScoped,
    Family.PASSWORDS: PasswordScoped,
    Family.SECURITY: SecurityScoped,
    Family.NOTICES: NoticeScoped,
    Family.PERSONAL: PersonalScoped,
}
