"""变更申请 and 更正意愿: where they stand, old and new, proofs; taking back and declining."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BytesIO
from typing import Any

from flask import Response, abort, current_app, redirect, request, send_file
from flask_admin import expose
from sqlalchemy import select

from tms.access import Permission
from tms.admin_views import filters
from tms.admin_views.asked import Asked
from tms.admin_views.belongings import OfFiles
from tms.admin_views.columns import Column, Filter, nowhere
from tms.admin_views.labels import label_of, moment
from tms.admin_views.lookups import parse_id
from tms.admin_views.page import Page
from tms.admin_views.request_words import (
    KINDS,
    STATUSES,
    RequestPage,
    Told,
    state_of,
    summary_of,
    told,
    where_of,
)
from tms.admin_views.section_columns import owner_columns
from tms.db import db, writing
from tms.documents.papers import READERS, open_paper
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES, ChangeRequest, DocumentKind, RequestStatus
from tms.records.changeable import readable
from tms.records.request_checks import may_change
from tms.records.requests import cancel
from tms.records.wishes import decline

DONE = 200
#: A new photo proves itself.
PROVE = (DocumentKind.PROOF, DocumentKind.PHOTO)
#: What comes next, by where it stands.
NEXT = {
    RequestStatus.DRAFT: _l("报送这份档案以后，申请进入审核。"),
    RequestStatus.WISH: _l("由学校信息管理员决定是否申请变更。"),
    RequestStatus.IN_REVIEW: _l("审核通过以前，各处仍显示原值。"),
}


def _what(row: Any, page: Any) -> str:
    return summary_of(page.actor, page, row)


def _where(row: Any, page: Any) -> str:
    return where_of(page, row)


def _who(row: Any, page: Any) -> str:
    return str(page.makers.get(row.made_by, ""))


COLUMNS = (
    *owner_columns(ChangeRequest),
    Column(
        "table",
        _l("信息项表"),
        lambda r, p: str(label_of(TABLES[r.table_name].dictionary)),
        ChangeRequest.table_name,
    ),
    Column("kind", _l("事项"), lambda r, p: str(KINDS[r.kind]), default=nowhere),
    Column("what", _l("改动"), _what, place="c-what"),
    Column("status", _l("状态"), lambda r, p: state_of(r), ChangeRequest.status, place="c-state"),
    Column("where", _l("现在在"), _where),
    Column("reason", _l("理由"), lambda r, p: r.reason, default=nowhere),
    Column("who", _l("提出人"), _who),
    Column("when", _l("提出时间"), lambda r, p: moment(r.made_at), ChangeRequest.made_at),
)


def _tables() -> list[tuple[Any, Any]]:
    return [(key, str(label_of(model.dictionary))) for key, model in TABLES.items()]


class RequestView(OfFiles):
    """Requests and wishes about files in reach; they are made from the row they are about."""

    reads = Permission.RECORD_READ
    columns = details = COLUMNS
    filters: tuple[Filter, ...] = (
        filters.chosen("status", _l("状态"), ChangeRequest.status, lambda: list(STATUSES.items())),
        filters.chosen("table", _l("信息项表"), ChangeRequest.table_name, _tables),
        filters.unit(ChangeRequest),
        filters.number("teacher_id", _l("档案"), ChangeRequest.teacher_id),
    )
    ready_views = (
        (_l("更正意愿"), {"status": "wish"}),
        (_l("尚未报送"), {"status": "draft"}),
        (_l("审核中"), {"status": "in_review"}),
        (_l("已变更"), {"status": "applied"}),
        (_l("不予变更"), {"status": "refused"}),
    )
    can_create = can_edit = can_delete = False

    @property
    def none_hint(self) -> Any:
        """Where a teacher begins."""
        may = self.actor.can(Permission.WISH)
        return _("已生效的内容有误时，到该条记录上点“提出更正意愿”。") if may else ""

    details_template = "admin/request.html"
    GATES: Mapping[str, Any] = {
        **OfFiles.GATES,
        "cancel": "can_ask",
        "decline": "can_answer",
        "proof": "can_open_proofs",
    }

    @property
    def can_ask(self) -> bool:
        """Whether the role has requests or wishes of its own."""
        return self.actor.can(Permission.RECORD_WRITE) or self.can_answer

    @property
    def can_answer(self) -> bool:
        """Whether wishes come to the role."""
        return self.actor.can(Permission.CHANGE)

    @property
    def can_open_proofs(self) -> bool:
        """Whether the role opens attachments, or hands its own in (R93)."""
        return bool(READERS & self.actor.permissions) or self.can_ask

    # -- lists -------------------------------------------------------------------------------------

    def conditions(self, asked: Asked) -> Iterator[Any]:
        yield readable(self.actor)
        yield from super().conditions(asked)

    def page_of(self, rows: Any) -> Page:
        return RequestPage(rows, self.actor)

    # -- one request -------------------------------------------------------------------------------

    def get_one(self, id: Any) -> Any:
        found = select(ChangeRequest).where(ChangeRequest.id == parse_id(id), readable(self.actor))
        return db.session.scalar(found) or abort(404)

    def about(self, row: Any) -> dict[str, Any]:
        page = RequestPage([row], self.actor)
        shown, owner = told(self.actor, page, row), page.teachers[row.teacher_id]
        status = RequestStatus(row.status)
        mine = may_change(self.actor, row)
        is_wish = status is RequestStatus.WISH
        edit = self._form_url(shown) if mine and status is RequestStatus.DRAFT else ""
        return {
            "told": shown,
            "heading": f"{shown.table} {shown.kind}",
            "person": owner.name,
            "teacher_no": owner.teacher_no,
            "school": page.unit(owner.unit_id),
            "file_url": self.get_url("teacher.details_view", id=row.teacher_id),
            "edit_url": "" if shown.is_removal else edit,
            "may_cancel": mine and status in (RequestStatus.DRAFT, RequestStatus.WISH),
            "take_url": self._form_url(shown) if is_wish and self.can_answer else "",
            "may_decline": is_wish and self.can_answer,
            "next_step": NEXT.get(status, ""),
        }

    def _form_url(self, shown: Told) -> str:
        endpoint = f"{shown.table_key}.change_view"
        return str(self.get_url(endpoint, id=shown.row_id, request=shown.id))

    @expose("/cancel/", methods=("POST",))
    def cancel(self) -> Any:
        """Take back what is not sent in, or one's own wish."""
        row = self.get_one(request.form.get("id", ""))
        return self._after(row, partial(cancel, db.session(), self.actor, row.id), _("已撤销。"))

    @expose("/decline/", methods=("POST",))
    def decline(self) -> Any:
        """A wish is not followed; its teacher reads why."""
        row = self.get_one(request.form.get("id", ""))
        reason = request.form.get("reason", "")
        act = partial(decline, db.session(), self.actor, row.id, reason)
        return self._after(row, act, _("已答复。"))

    def _after(self, row: Any, act: Callable[[], None], said: str) -> Any:
        row_id = row.id
        _none, status = self.attempt(act, said=said)
        if status != DONE:
            row = self.get_one(row_id)
            return self.render(self.details_template, row=row, **self.about(row)), status
        return redirect(self.get_url(".details_view", id=row_id))

    @expose("/proof/")
    def proof(self) -> Response:
        """The document of a request; who opened it is noted, in a short transaction of its own."""
        proof_id = parse_id(request.args.get("id", "")) or 0
        db.session.rollback()
        with writing():
            folder = current_app.config["TMS_DATA_DIR"]
            found = open_paper(db.session(), self.actor, folder, proof_id, *PROVE)
            db.session.commit()
        response = send_file(
            BytesIO(found.content),
            mimetype=found.media_type,
            as_attachment=True,
            download_name=found.name,
        )
        response.headers["Cache-Control"] = "no-store"  # send_file would say no-cache
        return response
