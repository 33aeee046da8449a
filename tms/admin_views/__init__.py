"""The panel: Flask-Admin views, nearly empty declarations on two base classes, in our own theme."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Theme

from tms.gate import OPEN, Rule, declare, where
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES


def init_app(app: Flask) -> None:
    """Register the panel's views, login pages and lookups."""
    from tms.admin_views import find, forgotten, frame, lookups, opened, session
    from tms.admin_views.home import HomeView
    from tms.admin_views.me import MeView
    from tms.admin_views.reach import ReachView

    app.config.setdefault("FLASK_ADMIN_RAISE_ON_VIEW_EXCEPTION", True)
    frame.init_app(app)
    opened.init_app(app)
    for blueprint in (session.blueprint, forgotten.blueprint, lookups.blueprint, find.blueprint):
        app.register_blueprint(blueprint)
    admin = Admin(
        app,
        name=_l("教师管理信息系统"),
        url="/",
        index_view=HomeView(),
        theme=Theme(str(app.template_folder), "admin/panel.html"),
        csp_nonce_generator=app.jinja_env.globals["csp_nonce"],
    )
    admin.add_view(MeView(_l("我的账号"), endpoint="me", url="/me"))
    admin.add_view(ReachView(_l("谁看过我的档案"), endpoint="reach", url="/me/file"))
    groups = (_register_desks, _register_files, _register_units, _register_security)
    for register in (*groups, _register_holds):
        register(admin)
    _declare(app, admin)


def _register_desks(admin: Admin) -> None:
    """Where is decided, and what waits."""
    from tms.admin_views.inbox import InboxView
    from tms.admin_views.notices import NoticeView
    from tms.admin_views.reopenings import ReopeningView
    from tms.admin_views.requests import RequestView
    from tms.admin_views.returned import ReturnedView
    from tms.admin_views.suggestions import SuggestionView
    from tms.admin_views.waiting import WaitingView
    from tms.admin_views.why import WhyView
    from tms.admin_views.why_then import WhyThenView
    from tms.db import db
    from tms.models import ChangeRequest, Notice, Reopening, ReviewTask

    admin.add_view(InboxView(ReviewTask, db, name=_l("待我审核"), endpoint="inbox"))
    admin.add_view(WaitingView(ReviewTask, db, name=_l("等待最久"), endpoint="waiting"))
    admin.add_view(ReturnedView(ReviewTask, db, name=_l("退回跟踪"), endpoint="returned"))
    admin.add_view(RequestView(ChangeRequest, db, name=_l("变更申请"), endpoint="request"))
    admin.add_view(ReopeningView(Reopening, db, name=_l("重开补正"), endpoint="reopening"))
    admin.add_view(NoticeView(Notice, db, name=_l("通知公告"), endpoint="notice"))
    admin.add_view(SuggestionView(_l("审核建议"), endpoint="suggestion", url="/suggestion"))
    admin.add_view(WhyView(_l("为什么不能？"), endpoint="why", url="/why"))
    admin.add_view(WhyThenView(_l("为什么当时不能？"), endpoint="why_then", url="/why/then"))


def _register_files(admin: Admin) -> None:
    """What is collected."""
    from tms.admin_views.bulk import BulkView
    from tms.admin_views.documents import DocumentView
    from tms.admin_views.export_requests import ExportRequestsView
    from tms.admin_views.exports import ExportsView
    from tms.admin_views.imports import ImportView
    from tms.admin_views.jobs import JobView
    from tms.admin_views.person_forms import PersonFormView
    from tms.admin_views.sections import SectionView
    from tms.admin_views.sections_index import SectionsView
    from tms.admin_views.teachers import TeacherView
    from tms.db import db
    from tms.models import Teacher

    admin.add_view(TeacherView(Teacher, db, name=_l("教师"), endpoint="teacher"))
    admin.add_view(SectionsView(_l("按信息项查询"), endpoint="sections"))
    for model in TABLES.values():
        admin.add_view(SectionView(model))
    admin.add_view(DocumentView(_l("佐证材料"), endpoint="document", url="/document"))
    admin.add_view(ImportView(_l("导入"), endpoint="import", url="/import"))
    admin.add_view(ExportsView(_l("导出"), endpoint="exports", url="/exports"))
    agreed = {"endpoint": "export_request", "url": "/exports/requests"}
    admin.add_view(ExportRequestsView(_l("导出审批"), **agreed))
    admin.add_view(BulkView(_l("批量操作"), endpoint="bulk", url="/bulk"))
    admin.add_view(PersonFormView(_l("个人信息表"), endpoint="form", url="/form"))
    admin.add_view(JobView(_l("作业"), endpoint="job", url="/job"))


def _register_units(admin: Admin) -> None:
    """By whom, and by which rules."""
    from tms.admin_views.accounts import AccountView
    from tms.admin_views.audit import AuditView
    from tms.admin_views.codes import CodesView
    from tms.admin_views.handovers import HandoverView
    from tms.admin_views.password_asks import PasswordAskView
    from tms.admin_views.policy import PolicyView
    from tms.admin_views.routes import RouteView
    from tms.admin_views.slips import SlipsView
    from tms.admin_views.unit_acts import UnitActView
    from tms.admin_views.unit_tree import UnitTreeView
    from tms.admin_views.units import UnitView
    from tms.db import db
    from tms.models import AccountHandover, AuditEvent, PasswordAsk, Unit, User

    admin.add_view(UnitTreeView(_l("单位树"), endpoint="unit_tree", url="/unit/tree"))
    admin.add_view(UnitActView(_l("单位变动"), endpoint="unit_act", url="/unit/act"))
    admin.add_view(UnitView(Unit, db, name=_l("单位"), endpoint="unit"))
    admin.add_view(AccountView(User, db, name=_l("账号"), endpoint="account"))
    handed = {"name": _l("账号交接"), "endpoint": "handover", "url": "/handover"}
    admin.add_view(HandoverView(AccountHandover, db, **handed))
    forgotten = {"name": _l("忘记口令"), "endpoint": "password_ask", "url": "/password_ask"}
    admin.add_view(PasswordAskView(PasswordAsk, db, **forgotten))
    admin.add_view(SlipsView(_l("教师账号条"), endpoint="slips", url="/slips"))
    admin.add_view(AuditView(AuditEvent, db, name=_l("审计日志"), endpoint="audit"))
    admin.add_view(RouteView(_l("审核路线"), endpoint="route", url="/route"))
    admin.add_view(PolicyView(_l("填报要求"), endpoint="policy", url="/policy"))
    admin.add_view(CodesView(_l("代码表"), endpoint="codes", url="/codes"))


def _register_security(admin: Admin) -> None:
    """What the security officer keeps."""
    from tms.admin_views.security_desk import SecurityView
    from tms.db import db
    from tms.models import SecurityEntry

    desk = {"name": _l("安全台账"), "endpoint": "security", "url": "/security"}
    admin.add_view(SecurityView(SecurityEntry, db, **desk))


def _register_holds(admin: Admin) -> None:
    """What keeps files still, away or elsewhere."""
    from tms.admin_views.bin_page import BinView
    from tms.admin_views.file_move import FileMoveView
    from tms.admin_views.freezes import FreezesView
    from tms.admin_views.one_person import OnePersonView
    from tms.admin_views.reveal import RevealView

    admin.add_view(FreezesView(_l("锁定"), endpoint="freeze", url="/freeze"))
    admin.add_view(BinView(_l("回收站"), endpoint="bin", url="/bin"))
    admin.add_view(FileMoveView(_l("调整学校"), endpoint="file_move", url="/teacher/school"))
    admin.add_view(RevealView(_l("查看完整号码"), endpoint="reveal", url="/teacher/reveal"))
    admin.add_view(OnePersonView(_l("一人单位"), endpoint="one_person", url="/unit/one-person"))


def _declare(app: Flask, admin: Admin) -> None:
    """Enter the rules of all views; an endpoint that its view does not name stays shut."""
    declare(app, "admin.static", OPEN)
    for view in admin._views:
        exposed = {method for _url, method, _methods in view._urls}
        for method, need in view.GATES.items():
            if method not in exposed:
                raise LookupError(f"{view.endpoint} has no endpoint {method}")
            declare(app, f"{view.endpoint}.{method}", _rule(view, need))


def _rule(view: Any, need: Rule | str) -> Rule:
    """A rule as it is; or readers of *view* to whom its property *need* applies."""
    if isinstance(need, Rule):
        return need
    return where(need, lambda _actor: view.is_accessible() and bool(getattr(view, need)))
