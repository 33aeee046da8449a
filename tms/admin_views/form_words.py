"""Papers as pages tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tms.access import Actor, policy
from tms.admin_views.columns import State
from tms.admin_views.file_history import Told
from tms.admin_views.labels import label_of, moment
from tms.admin_views.values import stored_of, text_of
from tms.dictionary import Table
from tms.documents.forms import grouped
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.i18n import say
from tms.models import TABLES, PrintedForm
from tms.records.business import BUSINESS
from tms.records.fingerprint import shortened
from tms.records.form_changes import Checked, Fate, RowSince

FATES = {Fate.ADDED: _l("新增"), Fate.CHANGED: _l("修改"), Fate.GONE: _l("删除")}


@dataclass(frozen=True)
class Printed:
    """One paper beside the digest of what it would be now."""

    row: PrintedForm
    digest: str

    @property
    def code(self) -> str:
        """As it stands on the paper."""
        return grouped(self.row.code)

    @property
    def made(self) -> str:
        """When it was printed."""
        return moment(self.row.made_at)

    @property
    def version(self) -> str:
        """As it stands on the paper."""
        return f"{self.row.version} · {shortened(self.row.digest)}"

    @property
    def is_same(self) -> bool:
        """Whether the file says what the paper does."""
        return bool(self.row.digest == self.digest)

    @property
    def title(self) -> Any:
        """What it is."""
        business = BUSINESS.get(self.row.business)
        return say(business.name) if business else _("个人信息表")

    @property
    def state(self) -> State:
        """What the paper is good for."""
        if self.row.signed_at:
            return signed_state(is_same=self.is_same)
        if self.row.errors:
            return State("warn", _("有错误，仅供核对"))
        return State("force", _("与档案一致")) if self.is_same else State("back", _("档案已变"))


def signed_state(*, is_same: bool) -> State:
    """Of a paper that came back signed."""
    return State("force", _("已签名")) if is_same else State("back", _("需重新签名"))


@dataclass(frozen=True)
class Line:
    """One row that is not as it stands on the paper."""

    table: Any
    #: Something of it by which it is known; nothing of a row that is gone.
    about: str
    fate: Any
    changes: list[Told] = field(default_factory=list)


def lines(actor: Actor, checked: Checked) -> list[Line]:
    """What has changed since, row by row, as far as the reader may see it."""
    return [line for each in checked.rows if (line := _line(actor, checked, each))]


def _line(actor: Actor, checked: Checked, since: RowSince) -> Line | None:
    table = TABLES[since.table].dictionary
    changes = list(_changes(actor, checked, table, since))
    if since.fate is Fate.CHANGED and not changes:
        return None
    return Line(label_of(table), _about(actor, checked, table, since), FATES[since.fate], changes)


def _about(actor: Actor, checked: Checked, table: Table, since: RowSince) -> str:
    if not since.row or table.cardinality == "one":
        return ""
    header = checked.now.file.header
    shown = policy.shown_fields(actor, table, header.category, header.unit_path)
    texts = (
        text_of(actor, table, each, stored_of(since.row, each), header.category) for each in shown
    )
    return next(filter(None, texts), "")


def _changes(actor: Actor, checked: Checked, table: Table, since: RowSince) -> Iterator[Told]:
    category = checked.now.file.header.category
    for key, former in since.former.items():
        declared = table.fields[key]
        if policy.may_see(actor, declared):
            was = text_of(actor, table, declared, former, category)
            now = text_of(actor, table, declared, stored_of(since.row, declared), category)
            yield Told(label_of(declared), was or "—", now or "—")
