"""The rules of the gate, asked directly: a second line behind one must not hide that it is gone."""

from __future__ import annotations

from collections.abc import Iterator

from flask import g

from tests.authz.bench import Bench
from tests.authz.operations import offered
from tests.authz.oracle import SHUT, Line, operations
from tests.authz.principals import PRINCIPALS, Principal
from tests.authz.probes import tables_of
from tms import gate
from tms.access import Actor, Role
from tms.actors import actor_for
from tms.models import Level


def wrong_doors(bench: Bench) -> Iterator[str]:
    """Endpoints whose rule is not the oracle's, for anybody."""
    for who in PRINCIPALS:
        actor = _actor(bench, who)
        with bench.app.test_request_context():
            g.actor = actor
            for endpoint, lines in _lines(bench).items():
                rule = gate.rules(bench.app).get(endpoint)
                is_open = rule is not None and rule.allows(actor)
                if is_open != any(line.cell(who.column) != SHUT for line in lines):
                    yield f"{who.key}: the rule of {endpoint} is {'' if is_open else 'not '}open"


def _lines(bench: Bench) -> dict[str, list[Line]]:
    """Endpoint → the lines about it."""
    found: dict[str, list[Line]] = {}
    for operation, endpoints in offered(bench.app).items():
        for endpoint in endpoints:
            lines = [line for line in operations() if line.operation == operation]
            lines = [line for line in lines if "field:" not in line.detail]  # of any table
            table = endpoint.split(".")[0]
            about = [line for line in lines if table in tables_of(line) or "" in tables_of(line)]
            found.setdefault(endpoint, []).extend(about)
    return found


def _actor(bench: Bench, who: Principal) -> Actor | None:
    if not who.login or who.is_disabled:
        return None
    if who.own_file:
        place = bench.world.units[who.unit]
        return Actor(Role.TEACHER, place.path, 1, 1, place.id, Level.SCHOOL, teacher_id=1)
    with bench.app.app_context():
        from tms.db import db

        return actor_for(db.session(), who.login)
