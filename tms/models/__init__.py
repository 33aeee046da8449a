"""What is stored. Importing this package registers every table."""

from tms.models.account import Assignment, LoginSession, Person, User
from tms.models.audit import AuditEvent, AuditSeal
from tms.models.bulk import BulkAct, BulkItem, BulkKind, Fate
from tms.models.change import (
    UNDECIDED,
    ChangeRequest,
    Reopening,
    RequestKind,
    RequestStatus,
)
from tms.models.document import Document, DocumentKind
from tms.models.export import ExportRequest, ExportState, ExportTally
from tms.models.figure import CheckDue
from tms.models.fill_policy import FillSetting, FillStamp
from tms.models.guard import LoginGuard, RecoveryCode
from tms.models.handover import (
    OPEN_ASKS,
    AccountHandover,
    AskState,
    HandoverKind,
    PasswordAsk,
    PublicAsks,
)
from tms.models.hold import BinnedFile, Freeze, RouteVersion
from tms.models.job import (
    PENDING,
    ImportBatch,
    ImportPart,
    Job,
    JobState,
    JobWorker,
    KeptFile,
    SavedExport,
)
from tms.models.notice import Audience, Notice, NoticeRead
from tms.models.preference import GridColumns, SavedView
from tms.models.printed import PrintedForm
from tms.models.reach import ExportReach, FileRead
from tms.models.record import RowState, SectionRecord
from tms.models.sections import SECTIONS, TABLES
from tms.models.security import EntryKind, EntryState, SecurityEntry
from tms.models.support import IdBlock, LockRelease
from tms.models.teacher import CheckMark, NumberStatus, PersonKind, RecordStatus, Teacher
from tms.models.unit import Level, Unit, UnitKind, UnitName
from tms.models.work import (
    ReportUp,
    ReviewNote,
    ReviewTask,
    Selection,
    SelectionItem,
    Submission,
    SubmissionRow,
    Verdict,
)

__all__ = [
    "Document",
    "DocumentKind",
    "EntryKind",
    "EntryState",
    "SecurityEntry",
    "OPEN_ASKS",
    "AccountHandover",
    "AskState",
    "HandoverKind",
    "PasswordAsk",
    "PublicAsks",
    "PENDING",
    "SECTIONS",
    "TABLES",
    "UNDECIDED",
    "Assignment",
    "AuditEvent",
    "AuditSeal",
    "BinnedFile",
    "BulkAct",
    "BulkItem",
    "BulkKind",
    "ChangeRequest",
    "CheckDue",
    "CheckMark",
    "ExportReach",
    "ExportRequest",
    "ExportState",
    "ExportTally",
    "Fate",
    "FileRead",
    "FillSetting",
    "FillStamp",
    "Freeze",
    "GridColumns",
    "IdBlock",
    "ImportBatch",
    "ImportPart",
    "Job",
    "JobState",
    "JobWorker",
    "KeptFile",
    "Level",
    "LockRelease",
    "LoginGuard",
    "LoginSession",
    "NumberStatus",
    "Person",
    "PersonKind",
    "PrintedForm",
    "RecordStatus",
    "RecoveryCode",
    "Reopening",
    "ReportUp",
    "RequestKind",
    "RequestStatus",
    "ReviewNote",
    "ReviewTask",
    "RouteVersion",
    "RowState",
    "SavedExport",
    "Audience",
    "Notice",
    "NoticeRead",
    "SavedView",
    "SectionRecord",
    "Selection",
    "SelectionItem",
    "Submission",
    "SubmissionRow",
    "Teacher",
    "Unit",
    "UnitKind",
    "UnitName",
    "User",
    "Verdict",
]
