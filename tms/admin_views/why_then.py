"""为什么当时不能: an auditor asks why somebody could not write something at an instant."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_admin import BaseView, expose
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from tms.access import Permission, Role
from tms.admin_views.labels import coded, label_of
from tms.admin_views.lookups import parse_id
from tms.admin_views.why import Answered
from tms.auth import current_actor, get_actor
from tms.db import db
from tms.dictionary.scope import SHANGHAI
from tms.errors import TmsError
from tms.gate import needs
from tms.i18n import gettext as _
from tms.i18n import lang, say
from tms.i18n import lazy_gettext as _l
from tms.models import SECTIONS, TABLES
from tms.workflow.why_then import Then, why_then

#: Of whom one asks without knowing the account: those who fill in, or might have.
ROLES = (Role.TEACHER, Role.INFO_ADMIN, Role.SCHOOL_HEAD, Role.INFO_QUERY, Role.SYSTEM_ADMIN)


class ThenForm(FlaskForm):
    """Which file, what of it, who, when; a question, so it is read from the address."""

    class Meta:
        csrf = False

    number = StringField(_l("个人标识码"), [InputRequired()])
    place = SelectField(_l("信息项"), [InputRequired()], choices=lambda: _places())
    account = StringField(
        _l("账号"), [Optional()], description=_l("不知道账号时留空，按下面的角色查询。")
    )
    role = SelectField(_l("角色"), choices=lambda: [(r, coded("account_role", r)) for r in ROLES])
    at = DateTimeLocalField(_l("时间（北京时间）"), [InputRequired()])


def _places() -> dict[str, list[tuple[str, str]]]:
    """Sections with their fields, under the label of the section."""
    tables = [table for section in SECTIONS for table in section.tables]
    whole = _("整条记录")
    return {
        table.label(lang()): [
            (table.key, f"{table.label(lang())} · {whole}"),
            *((f"{table.key}.{field.key}", field.label(lang())) for field in table.fields.values()),
        ]
        for table in tables
    }


class WhyThenView(BaseView):
    """The question and its answers on one page."""

    GATES = {"index": needs(Permission.AUDIT_READ)}

    def is_accessible(self) -> bool:
        actor = current_actor()
        return actor is not None and actor.can(Permission.AUDIT_READ)

    @expose("/")
    def index(self) -> Any:
        """Without a question the form alone."""
        form = ThenForm(request.args)
        page: dict[str, Any] = {"heading": self.name, "form": form, "answers": [], "refused": ""}
        status = 200
        if request.args and form.validate():
            try:
                page["answers"] = list(_answers(_asked(form)))
            except TmsError as error:
                page["refused"], status = say(error.text), error.status
        elif request.args:
            status = 422
        return self.render("admin/why_then.html", **page), status


def _asked(form: ThenForm) -> Then:
    table, _dot, field = form.place.data.partition(".")
    at = form.at.data.replace(tzinfo=SHANGHAI)
    who = (form.account.data or "").strip() or form.role.data
    row = parse_id(request.args.get("row", ""))
    return Then(form.number.data.strip(), table, at, who, row, field or None)


def _answers(asked: Then) -> Any:
    declared = TABLES[asked.table].dictionary
    label = label_of(declared.fields[asked.field] if asked.field else declared)
    for row, answer in why_then(db.session(), get_actor(), asked):
        about = (
            _("“%(label)s”，记录%(n)s", label=label, n=row)
            if row
            else _("“%(label)s”", label=label)
        )
        question = _("当时能不能填写%(what)s？", what=about)
        sentence = say(answer.sentence)
        yield Answered(question, sentence[:1].upper() + sentence[1:], answer.may, [])
