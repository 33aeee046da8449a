"""Every act that the program writes down is called something."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tms
from tms.admin_views.audit_words import act_word

#: Functions that write an event, and where they take its act.
WRITERS = {"write_events": 2, "event_base": 1, "_log": 2, "_store": 2}


def acts_written() -> Iterator[str]:
    """Acts that stand as literals where events are written."""
    for path in Path(tms.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call):
                yield from act_of(call)


def act_of(call: ast.Call) -> Iterator[str]:
    """The act of one call, if it says one."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    place = WRITERS.get(name, len(call.args))
    said = call.args[place : place + 1] + [k.value for k in call.keywords if k.arg == "act"]
    for each in said:
        if name in WRITERS and isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def test_every_act_has_a_word() -> None:
    found = set(acts_written())

    assert len(found) > 40
    assert not {act for act in found if act_word(act) == act}
    assert act_word("pass.approve") == act_word("pass")
