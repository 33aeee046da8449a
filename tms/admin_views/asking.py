"""What is asked besides a row's own fields when a change is applied for, and how it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tms.access import Actor
from tms.admin_views.lookups import parse_id
from tms.admin_views.row_forms import Editing
from tms.db import db
from tms.documents.clean import MAX_PICTURE, clean
from tms.documents.papers import store, writable
from tms.errors import Conflict
from tms.i18n import lazy_gettext as _l
from tms.models import RequestKind
from tms.records.patches import numbers_of
from tms.records.request_checks import MAX_REASON, Wanted
from tms.records.requests import ask, edit
from tms.records.wishes import take_over, wish

#: Before the names of what is asked besides: fields of the row have names of their own.
PREFIX = "ask"


class ReasonForm(FlaskForm):
    """What is asked besides the values; posted with the row's form, which brings the token."""

    class Meta:
        csrf = False

    reason = TextAreaField(_l("理由（可不填）"), [Length(max=MAX_REASON)])
    #: What the button says, and what is said when it is done.
    save_label = _l("保存草稿")
    saved = _l("已保存。审核通过以前，各处仍显示原值。")
    proof = FileField(_l("证明材料（PDF 或图片）"))
    effective_on = DateField(_l("状态生效日期"), [Optional()])
    request_version = HiddenField()


class ApplicationForm(ReasonForm):
    """Whoever applies says why."""

    reason = TextAreaField(
        _l("变更理由"), [InputRequired(_l("请说明变更的理由。")), Length(max=MAX_REASON)]
    )


class WishForm(ReasonForm):
    """Without proof: the school sees to that."""

    reason = TextAreaField(_l("希望怎样更正（上面已填改后的值时可不写）"), [Length(max=MAX_REASON)])
    proof = effective_on = None
    save_label = _l("提交给学校")
    saved = _l("已提交给学校信息管理员，由学校决定是否申请变更；结果会显示在这里。")


@dataclass(frozen=True)
class Asking:
    """One form on somebody's screen: of which row, and from which request or wish it starts."""

    editing: Editing
    #: Key of the row's table.
    table: str
    title: Any
    reason_form: type[ReasonForm]
    judge_url: str
    #: Given who asks, this, the values as typed and the rest; returns the request's id.
    save: Callable[[Actor, Asking, Mapping[str, Any], ReasonForm], int]
    #: All columns of the request or wish.
    request: Any = None


def save(actor: Actor, asking: Asking, values: Mapping[str, Any], why: ReasonForm) -> int:
    """What the form asks for.

    :raises Conflict: nothing may be asked of the row now; says why.
    """
    if asking.editing.writable.reason is not None:
        raise Conflict(asking.editing.writable.reason)
    return asking.save(actor, asking, values, why)


def apply_for(actor: Actor, asking: Asking, values: Mapping[str, Any], why: ReasonForm) -> int:
    """A new request."""
    return ask(db.session(), actor, _wanted(actor, asking, values, why))


def remove(actor: Actor, asking: Asking, values: Mapping[str, Any], why: ReasonForm) -> int:
    """A request that the row be deleted."""
    return ask(db.session(), actor, _wanted(actor, asking, {}, why, kind=RequestKind.DELETE))


def change_draft(actor: Actor, asking: Asking, values: Mapping[str, Any], why: ReasonForm) -> int:
    """The draft on the screen becomes another."""
    wanted = _wanted(actor, asking, numbers_of(asking.request) | dict(values), why)
    version = parse_id(why.request_version.data) or 0
    edit(db.session(), actor, asking.request.id, version, wanted)
    return int(asking.request.id)


def answer(actor: Actor, asking: Asking, values: Mapping[str, Any], why: ReasonForm) -> int:
    """The wish on the screen is taken over."""
    values = numbers_of(asking.request) | dict(values)
    return take_over(
        db.session(), actor, _wanted(actor, asking, values, why, wish_id=asking.request.id)
    )


def make_wish(actor: Actor, asking: Asking, values: Mapping[str, Any], why: ReasonForm) -> int:
    """A teacher's wish."""
    return wish(db.session(), actor, _wanted(actor, asking, values, why))


def _wanted(
    actor: Actor, asking: Asking, values: Mapping[str, Any], why: ReasonForm, **more: Any
) -> Wanted:
    editing = asking.editing
    version = parse_id(request.form.get("row_version", "")) or 0
    day = why.effective_on.data if why.effective_on is not None else None
    return Wanted(
        editing.header.id,
        asking.table,
        editing.id,
        version,
        values,
        why.reason.data or "",
        _proof(actor, editing.header.id),
        day,
        **more,
    )


def _proof(actor: Actor, teacher_id: int) -> int | None:
    """The document that was sent along, kept; it goes again if the request is refused."""
    upload = request.files.get(f"{PREFIX}-proof")
    if upload is None or not upload.filename:
        return None
    with upload.stream:  # a large one lies in a file of its own meanwhile
        content = upload.read(MAX_PICTURE + 1)
    writable(db.session(), actor, teacher_id)
    db.session.rollback()  # nothing is written yet, and cleaning takes its time
    made, folder = clean(content), current_app.config["TMS_DATA_DIR"]
    return store(db.session(), actor, folder, teacher_id, upload.filename, made)


def lost_file() -> bool:
    """Whether a document was sent along that a refused form cannot keep."""
    upload = request.files.get(f"{PREFIX}-proof")
    return upload is not None and bool(upload.filename)
