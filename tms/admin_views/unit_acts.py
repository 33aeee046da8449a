"""Acts on a unit in three steps: what is asked, what it will do, done. Nothing happens unseen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_admin import BaseView, expose
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from tms.access import Permission
from tms.admin_views.attempts import tell
from tms.admin_views.fields import LookupField
from tms.admin_views.jobs import to_job
from tms.admin_views.lookups import parse_id, unit_id_of
from tms.admin_views.unit_pages import ACT_NAMES, way_to
from tms.auth import get_actor
from tms.db import db
from tms.errors import Conflict, TmsError
from tms.gate import needs
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import Unit
from tms.records import unit_jobs
from tms.records.unit_acts import NAME_MAX, carry_out, preview
from tms.records.unit_plan import Order, Plan, UnitAct, unit_for

UNITS = "/lookup/unit"


class RenameForm(FlaskForm):
    """The new name and its first day."""

    name = StringField(_l("新名称"), [InputRequired(), Length(max=NAME_MAX)])
    on = DateField(_l("启用日期"), [InputRequired()], default=date.today)


class MoveForm(FlaskForm):
    """Under whom."""

    target = LookupField(
        _l("新的上级单位"), [InputRequired()], lookup=UNITS, description=_l("代码或名称开头")
    )


class MergeForm(FlaskForm):
    """Into which."""

    target = LookupField(
        _l("并入哪个单位"), [InputRequired()], lookup=UNITS, description=_l("代码或名称开头")
    )


class CloseForm(FlaskForm):
    """From which day on."""

    on = DateField(_l("撤销日期"), [InputRequired()], default=date.today)


@dataclass(frozen=True)
class ActPage:
    """What one act asks for, and what it tells before it is done."""

    form: type[FlaskForm]
    tells: tuple[Any, ...]
    #: What the other unit is to this one.
    target: Any = _l("上级单位")


PAGES = {
    UnitAct.RENAME: ActPage(
        RenameForm,
        (
            _l("从启用日期起使用新名称，原名称连同起止日期保留。"),
            _l("代码、下级单位、档案和账号都不变。"),
        ),
    ),
    UnitAct.MOVE: ActPage(
        MoveForm,
        (
            _l("本单位连同全部下级单位、档案和账号一起划到新的上级。"),
            _l("等待原上级审核的档案转到新上级桌上，已作出的审核结论和原审核人不变。"),
            _l("原上级从此看不到这些单位和档案。"),
        ),
        _l("新的上级单位"),
    ),
    UnitAct.MERGE: ActPage(
        MergeForm,
        (
            _l("本单位的档案、在用账号和下级单位全部归对方。"),
            _l("在本单位桌上的未办工作转到对方同一环节。"),
            _l("本单位今天撤销，名称沿革和已作出的审核结论保留。"),
        ),
        _l("并入"),
    ),
    UnitAct.CLOSE: ActPage(
        CloseForm,
        (
            _l("撤销后不能再有档案、账号和下级单位，但仍显示在单位树中。"),
            _l("在此任职的账号：另有任职的转到其他任职，其余停用。"),
        ),
    ),
    UnitAct.REOPEN: ActPage(
        FlaskForm,
        (
            _l("单位恢复使用，可以重新建立档案、账号和下级单位。"),
            _l("撤销时停用的账号仍为停用，请按需要逐个启用。"),
        ),
    ),
}


class UnitActView(BaseView):
    """One address for all acts; which of them there are, `PAGES` says."""

    GATES = {"index": needs(Permission.UNIT_WRITE)}

    def is_visible(self) -> bool:
        """Never in a menu: acts begin at a unit."""
        return False

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """The form; after it the preview; after that the act."""
        act = request.args.get("act", "")
        if act not in PAGES:
            abort(404)
        order = Order(UnitAct(act), parse_id(request.args.get("id", "")) or 0)
        unit = unit_for(db.session(), get_actor(), order)
        return STEPS.get(request.form.get("step", ""), _ask)(self, order, unit)


def _ask(view: UnitActView, order: Order, unit: Unit, status: int = 200) -> Any:
    form = PAGES[order.act].form()
    return _page(view, order, unit, form, None), status


def _preview(view: UnitActView, order: Order, unit: Unit, status: int = 200) -> Any:
    """What the act would do; back to the form where it makes no sense."""
    form = PAGES[order.act].form()
    if not form.validate():
        return _page(view, order, unit, form, None), 422
    try:
        plan = preview(db.session(), get_actor(), _order(order, form))
    except TmsError as error:
        tell(error, form)
        return _page(view, order, unit, form, None), error.status
    return _page(view, order, unit, form, plan), status


def _confirm(view: UnitActView, order: Order, unit: Unit) -> Any:
    """Do what was previewed; a refusal shows the preview of now."""
    form, seen = PAGES[order.act].form(), request.form.get("seen", "")
    if not form.validate():
        return _page(view, order, unit, form, None), 422
    try:
        plan = preview(db.session(), get_actor(), _order(order, form))
        if unit_jobs.is_long(plan):
            job = unit_jobs.ask(db.session(), get_actor(), plan, seen)
            db.session.commit()
            return to_job(job)
        plan = carry_out(db.session(), get_actor(), _order(order, form), seen=seen)
        db.session.commit()
    except TmsError as error:
        db.session.rollback()
        tell(error, form)
        again = _preview if isinstance(error, Conflict) else _ask
        return again(view, order, unit_for(db.session(), get_actor(), order), error.status)
    flash(_("已办理：%(act)s %(unit)s。", act=ACT_NAMES[order.act], unit=plan.unit.name), "success")
    return redirect(url_for("unit.details_view", id=order.unit_id))


STEPS = {"form": _ask, "preview": _preview, "confirm": _confirm}


def _order(order: Order, form: FlaskForm) -> Order:
    given = form.data
    target = unit_id_of(given["target"]) if "target" in given else None
    name = given.get("name") or ""
    return Order(order.act, order.unit_id, target, name, given.get("on"))


def _page(view: UnitActView, order: Order, unit: Unit, form: FlaskForm, plan: Plan | None) -> Any:
    name = ACT_NAMES[order.act]
    return view.render(
        "admin/unit_act.html",
        heading=_("%(act)s：%(unit)s", act=name, unit=unit.name),
        act=name,
        unit=unit,
        form=form,
        plan=plan,
        page=PAGES[order.act],
        back=url_for("unit.details_view", id=unit.id),
        crumbs=[*way_to(unit), (unit.name, url_for("unit.details_view", id=unit.id)), (name, "")],
    )
