"""Every unsafe operation without its token, and with fields that are not the form's to say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.authz.bench import Ask, Bench, on_sqlite
from tests.authz.probes import Probe
from tests.authz.sweep import all_probes, ask_of
from tms.models import TABLES

#: Columns that no form sets (S3).
FORGED = {
    "state": "in_force",
    "record_status": "approved",
    "unit_path": "0",
    "unit_id": "1",
    "school_id": "1",
    "functions": "31",
    "content_version": "99",
    "locked": "0",
    "is_active": "1",
    "is_disabled": "0",
    "password_hash": "x",
    "created_by": "1",
    "updated_by": "1",
    "supervisor_id": "1",
    "role": "system_admin",
    "verdict": "passed",
    "teacher_id": "1",
    "user_id": "1",
}


def effective(bench: Bench) -> list[Probe]:
    """One probe of each unsafe operation, detail and table that changes something."""
    found: dict[tuple[str, str, str], Probe] = {}
    for probe in all_probes(bench):
        key = (probe.line.operation, probe.line.detail, probe.table)
        if key not in found and probe.line.expected(probe.who.column, probe.relation).changes:
            found[key] = probe
    return list(found.values())


def unsafe(bench: Bench) -> list[Probe]:
    """One probe of each unsafe operation: one that succeeds, if any does."""
    found: dict[str, Probe] = {}
    every = [p for p in all_probes(bench) if p.line.operation.endswith(" POST")]
    for probe in sorted(every, key=lambda p: not p.line.succeeds(p.who.column, p.relation)):
        found.setdefault(probe.line.operation + probe.endpoint, probe)
    return list(found.values())


def unforged(bench: Bench) -> list[str]:
    """Unsafe operations that answer anything but 400, or change something, without the token."""
    found = []
    for probe in unsafe(bench):
        answer = bench.ask(probe.who, ask_of(bench, probe), token=False)
        if answer.status != 400 or answer.changed:
            found.append(f"{probe}: {answer.status} {sorted(answer.changed)}")
    return found


def test_nothing_unsafe_is_done_without_the_token(bench: Bench) -> None:
    """S20."""
    assert len(unsafe(bench)) > 30
    assert not unforged(bench)


@on_sqlite
@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.full) for n in (1, 2))])
def test_forged_fields_change_nothing(bench: Bench, part: int) -> None:
    """S3: with them the same is changed to the same (PostgreSQL's sequences give other ids)."""
    differing = []
    for probe in effective(bench)[part::3]:
        ask = ask_of(bench, probe)
        own = TABLES[probe.table].dictionary.fields if probe.table else {}
        forged = {key: value for key, value in FORGED.items() if key not in own}
        plain = _outcome(bench, probe, ask)
        if _outcome(bench, probe, replace(ask, data={**forged, **ask.data})) != plain:
            differing.append(str(probe))

    assert not differing


def _outcome(bench: Bench, probe: Probe, ask: Ask) -> dict[str, int]:
    """What the request leaves in the tables it changes."""
    with bench.asked(probe.who, ask) as answer:
        return {table: bench.lasting(table) for table in answer.changed}
