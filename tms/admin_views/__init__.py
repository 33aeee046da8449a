"""The plain panel: Flask-Admin views, nearly empty declarations on two base classes."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Theme
from flask_babel import lazy_gettext as _l

from tms.admin_views.labels import label_of
from tms.gate import OPEN, Rule, declare, where
from tms.models import SECTIONS, TABLES

#: Heading of the menu over sections that are one table; a section with several is its own.
SECTIONS_KEY = "sections"


def init_app(app: Flask) -> None:
    """Register the panel's views, login pages and lookups."""
    from tms.admin_views import lookups, session
    from tms.admin_views.home import HomeView

    app.config.setdefault("FLASK_ADMIN_RAISE_ON_VIEW_EXCEPTION", True)
    app.register_blueprint(session.blueprint)
    app.register_blueprint(lookups.blueprint)
    admin = Admin(
        app,
        name=_l("教师管理信息系统"),
        url="/",
        index_view=HomeView(),
        theme=Theme("bootstrap4", "admin/panel.html"),
        csp_nonce_generator=app.jinja_env.globals["csp_nonce"],
    )
    _register(admin)
    _declare(app, admin)


def _register(admin: Admin) -> None:
    from tms.admin_views.accounts import AccountView
    from tms.admin_views.imports import ImportView
    from tms.admin_views.sections import SectionView
    from tms.admin_views.teachers import TeacherView
    from tms.admin_views.units import UnitView
    from tms.db import db
    from tms.models import Teacher, Unit, User

    admin.add_view(TeacherView(Teacher, db, name=_l("教师档案"), endpoint="teacher"))
    for section in SECTIONS:
        category = SECTIONS_KEY if len(section.tables) == 1 else section.key
        for table in section.tables:
            admin.add_view(SectionView(TABLES[table.key], category))
    admin.add_view(ImportView(_l("导入"), endpoint="import", url="/import"))
    admin.add_view(UnitView(Unit, db, name=_l("单位"), endpoint="unit"))
    admin.add_view(AccountView(User, db, name=_l("账号"), endpoint="account"))
    _name_categories(admin)


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


def _name_categories(admin: Admin) -> None:
    """Flask-Admin finds categories by their key; people read them in their language."""
    names = {section.key: label_of(section) for section in SECTIONS}
    names[SECTIONS_KEY] = _l("信息子集")
    for item in admin.menu():
        if item.is_category():
            item.name = names[item.name]
