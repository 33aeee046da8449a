"""Mistakes, each of which takes one filter or rule away; the matrix must turn red at every one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tms import gate
from tms.access import ROLES, Family, Reach, Role, policy, scope, unscoped
from tms.admin_views import acts
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column, Filter
from tms.admin_views.lookups import parse_id
from tms.models import ReviewTask
from tms.records import accounts, checks, export_requests, granting, unit_plan, units
from tms.workflow import desks, offered

Patch = pytest.MonkeyPatch
Mutant = Callable[[Patch, Flask], None]


def open_family(family: Family) -> Mutant:
    """The criterion of one family lets everything through."""

    def mutate(patch: Patch, _app: Flask) -> None:
        honest = scope.criterion

        def criterion(actor: Any, asked: Family) -> Any:
            return scope._all() if asked is family and actor else honest(actor, asked)

        patch.setattr(scope, "criterion", criterion)

    return mutate


def longer_reach(role: Role, family: Family, reach: Reach) -> Mutant:
    """One entry of `ROLES` reaches further."""
    return lambda patch, _app: patch.setitem(ROLES[role].reach, family, reach)


def weaker_rule(endpoint: str, rule: gate.Rule = gate.LOGGED_IN) -> Mutant:
    """One rule of the gate asks for less."""
    return lambda patch, app: patch.setitem(gate.rules(app), endpoint, rule)


def without(*places: tuple[Any, str], answer: Any = True) -> Mutant:
    """A function is never asked: whoever would refuse says yes."""

    def mutate(patch: Patch, _app: Flask) -> None:
        for owner, name in places:
            patch.setattr(owner, name, lambda *_args, **_more: answer)

    return mutate


def _unscoped_row(patch: Patch, _app: Flask) -> None:
    honest = ScopedView.get_one

    def get_one(self: Any, id: Any) -> Any:
        from tms.db import db

        statement = select(self.model).where(self.model.id == parse_id(id))
        found = db.session.scalar(unscoped(statement, "a mistake"))
        return honest(self, id) if found is None else _paged(self, found)

    patch.setattr(ScopedView, "get_one", get_one)


def _paged(view: Any, found: Any) -> Any:
    from flask import g

    g.page = view.page_of([found])
    return found


def _any_desk(patch: Patch, _app: Flask) -> None:
    """Every open task in reach is everybody's to decide."""
    patch.setattr(desks, "mine", lambda _session, _actor: ReviewTask.verdict.is_(None))


def _every_verb(patch: Patch, _app: Flask) -> None:
    for owner in (acts, offered):
        patch.setattr(owner, "verbs_for", lambda _actor: tuple(offered.Act))
    patch.setattr("tms.access.actor.Actor.require", lambda _self, _permission: None)


def _own_unit(patch: Patch, _app: Flask) -> None:
    """One's own unit is changed like any other."""
    honest = units.change_unit

    def change(session: Any, actor: Any, unit_id: int, values: Any) -> Any:
        from dataclasses import replace

        return honest(session, replace(actor, unit_id=-1), unit_id, values)

    patch.setattr("tms.admin_views.units.change_unit", change)


_F, _R = Family, Reach
MUTANTS: dict[str, Mutant] = {
    "criterion of units": open_family(_F.UNITS),
    "criterion of accounts": open_family(_F.ACCOUNTS),
    "criterion of files": open_family(_F.FILES),
    "criterion of records": open_family(_F.RECORDS),
    "criterion of work": open_family(_F.WORK),
    "criterion of exports": open_family(_F.EXPORTS),
    "criterion of what users arranged": open_family(_F.PERSONAL),
    "inquirers reach all files": longer_reach(Role.INFO_QUERY, _F.FILES, _R.ALL),
    "teachers reach their school's rows": longer_reach(Role.TEACHER, _F.RECORDS, _R.SUBTREE),
    "reviewers reach all the university's rows": longer_reach(
        Role.DEPT_REVIEWER, _F.RECORDS, _R.PARENT_SUBTREE
    ),
    "officers reach all accounts": longer_reach(Role.SECURITY_OFFICER, _F.ACCOUNTS, _R.ALL),
    "secretaries reach the university's files": longer_reach(
        Role.UNIT_SECRETARY, _F.FILES, _R.PARENT_SUBTREE
    ),
    "rule of account.reset": weaker_rule("account.reset"),
    "rule of export_request.approve": weaker_rule("export_request.approve"),
    "one's own export": without(
        (export_requests, "is_mine"), (export_requests, "_is_same_person"), answer=False
    ),
    "rule of import.index": weaker_rule("import.index", gate.OPEN),
    "rule of lookup.unit": weaker_rule("lookup.unit"),
    "rule of one table's list": weaker_rule("study_experience.index_view"),
    "rule of unit.create_view": weaker_rule("unit.create_view"),
    "a rule for what Flask-Admin offers": weaker_rule("unit.ajax_lookup", gate.OPEN),
    "fields seen": without((policy, "may_see")),
    "fields filled": without((policy, "may_fill")),
    "filters offered": without((Filter, "visible")),
    "columns offered": without((Column, "visible")),
    "the lock and the review": without((checks, "editable"), answer=None),
    "who deletes": without((checks, "deletable"), answer=None),
    "who makes rows": without((checks, "makeable"), answer=None),
    "whose accounts": without((accounts, "keeps")),
    "which roles are granted": without((accounts, "is_grantable"), (granting, "is_grantable")),
    "rows by id": _unscoped_row,
    "whose desk": _any_desk,
    "whose verb": _every_verb,
    "one's own unit": _own_unit,
    "one's own unit's acts": without((unit_plan, "offered"), answer=tuple(unit_plan.UnitAct)),
}
