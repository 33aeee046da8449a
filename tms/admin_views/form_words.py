"""Papers as pages tell of them."""

from __future__ import annotations

from dataclasses import dataclass

from tms.admin_views.columns import State
from tms.admin_views.labels import moment
from tms.documents.forms import grouped
from tms.i18n import gettext as _
from tms.models import PrintedForm
from tms.records.fingerprint import shortened
from tms.records.printed_forms import Paper


@dataclass(frozen=True)
class Printed:
    """One paper beside what the file says now."""

    row: PrintedForm
    now: Paper

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
        return bool(self.row.digest == self.now.digest)

    @property
    def state(self) -> State:
        """What the paper is good for."""
        if self.row.errors:
            return State("warn", _("有错误，仅供核对"))
        return State("force", _("与档案一致")) if self.is_same else State("back", _("档案已变"))
