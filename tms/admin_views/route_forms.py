"""A draft of a route as the fields of a form, and what its buttons do to it.

The whole draft travels in the form, so that nothing is kept on the server until it is put in use,
and every button works without a script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from werkzeug.datastructures import MultiDict

from tms.dictionary import Department
from tms.workflow.own_routing import (
    LINES_MAX,
    Line,
    WantedRouting,
    departments_of,
    is_field,
    tables,
)
from tms.workflow.own_steps import (
    DEFAULTS,
    FIRST_REVIEW,
    KEPT,
    STEPS_MAX,
    Wanted,
    free_key,
    is_own,
    wanted_of,
)
from tms.workflow.route_edit import Draft, default_draft
from tms.workflow.routes import Desk

Form = MultiDict[str, str]
SEPARATORS = re.compile(r"[\s,，、;；]+")
#: More than any route or routing may have: what comes after it is not read.
STEPS_READ, LINES_READ = STEPS_MAX + 6, LINES_MAX + 10
TEXT_MAX: Final = 60


# -- from a form and back --------------------------------------------------------------------------


def read(form: Form) -> Draft:
    """The draft that *form* describes; what makes no sense is empty, and said by the preview."""
    base = form.get("base", "")
    steps = tuple(_steps(form))
    return Draft(steps, _routing(form), int(base) if base.isdecimal() and len(base) < 9 else -1)


def _steps(form: Form) -> Iterator[Wanted]:
    for number in range(STEPS_READ):
        key = _text(form, f"s{number}-key")
        if key in DEFAULTS or re.fullmatch(r"own_[0-9]{1,3}", key):
            desk, _, function = _text(form, f"s{number}-desk").partition(":")
            days = _text(form, f"s{number}-days")
            yield Wanted(
                key,
                _text(form, f"s{number}-zh"),
                _text(form, f"s{number}-en"),
                desk,
                function,
                int(days) if re.fullmatch("[0-9]{1,3}", days) else None,
            )


def _routing(form: Form) -> WantedRouting:
    known = tables()
    return WantedRouting(
        {t.key: _departments(form, f"d-{t.key}") for t in known},
        {
            (t.key, n): _departments(form, f"c-{t.key}-{n}")
            for t in known
            for n in range(len(t.reviewer.rows))
        },
        tuple(_lines(form)),
    )


def _lines(form: Form) -> Iterator[Line]:
    for number in range(LINES_READ):
        table, field = _text(form, f"l{number}-table"), _text(form, f"l{number}-field")
        if is_field(table, field):
            typed = ",".join(form.getlist(f"l{number}-codes"))[:2000]
            codes = dict.fromkeys(filter(None, SEPARATORS.split(typed)))
            yield Line(table, field, tuple(codes), _departments(form, f"l{number}-dept"))


def _departments(form: Form, name: str) -> tuple[Department, ...]:
    return departments_of(form.getlist(name))


def _text(form: Form, name: str) -> str:
    return form.get(name, "").strip()[:TEXT_MAX]


def fields_of(draft: Draft) -> Iterator[tuple[str, str]]:
    """(name, value) of every field, as `read` reads them."""
    yield "base", str(draft.base)
    for n, step in enumerate(draft.steps):
        yield from ((f"s{n}-key", step.key), (f"s{n}-zh", step.zh), (f"s{n}-en", step.en))
        yield f"s{n}-desk", desk_value(step)
        yield f"s{n}-days", "" if step.days is None else str(step.days)
    for table, chosen in draft.routing.defaults.items():
        yield from ((f"d-{table}", str(each)) for each in chosen)
    for (table, row), chosen in draft.routing.declared.items():
        yield from ((f"c-{table}-{row}", str(each)) for each in chosen)
    for n, line in enumerate(draft.routing.lines):
        yield from ((f"l{n}-table", line.table), (f"l{n}-field", line.field))
        yield from ((f"l{n}-codes", code) for code in line.codes)
        yield from ((f"l{n}-dept", str(each)) for each in line.departments)


def desk_value(step: Wanted) -> str:
    """Whose desk as one value: of a single department with its function."""
    return f"{step.desk}:{step.function}" if step.desk == Desk.DEPARTMENT else step.desk


# -- what buttons do -------------------------------------------------------------------------------


def change(draft: Draft, word: str, number: int, form: Form) -> tuple[Draft, str]:
    """The draft after a button, and the id of what should have the focus then."""
    return BUTTONS[word](draft, number, form)


def _move(by: int) -> Callable[[Draft, int, Form], tuple[Draft, str]]:
    def button(draft: Draft, number: int, form: Form) -> tuple[Draft, str]:
        steps, to = list(draft.steps), number + by
        if 0 <= number < len(steps) and 0 <= to < len(steps):
            steps[number], steps[to] = steps[to], steps[number]
            return replace(draft, steps=tuple(steps)), f"s{to}-{'up' if by < 0 else 'down'}"
        return draft, ""

    return button


def _insert(draft: Draft, number: int, form: Form) -> tuple[Draft, str]:
    """A step before the one at place *number*."""
    if len(draft.steps) >= STEPS_MAX:
        return draft, ""
    new = Wanted(free_key(s.key for s in draft.steps), desk=Desk.DEPARTMENT, days=5)
    place = min(max(number, 0), len(draft.steps))
    steps = (*draft.steps[:place], new, *draft.steps[place:])
    return replace(draft, steps=steps), f"s{place}-zh"


def _remove(draft: Draft, number: int, form: Form) -> tuple[Draft, str]:
    steps = [s for n, s in enumerate(draft.steps) if n != number or s.key in KEPT]
    return replace(draft, steps=tuple(steps)), f"i{number}"


def _restore(draft: Draft, number: int, form: Form) -> tuple[Draft, str]:
    """The first review, which had been left out."""
    if FIRST_REVIEW in {step.key for step in draft.steps}:
        return draft, ""
    first = wanted_of(DEFAULTS[FIRST_REVIEW])
    return replace(draft, steps=(first, *draft.steps)), "s0-days"


def _line(draft: Draft, number: int, form: Form) -> tuple[Draft, str]:
    """A line of one's own about the field chosen."""
    table, _, field = _text(form, "new-line").partition(".")
    if not is_field(table, field) or len(draft.routing.lines) >= LINES_MAX:
        return draft, "new-line"
    lines = (*draft.routing.lines, Line(table, field))
    routing = replace(draft.routing, lines=lines)
    return replace(draft, routing=routing), f"l{len(lines) - 1}-codes"


def _drop(draft: Draft, number: int, form: Form) -> tuple[Draft, str]:
    lines = tuple(line for n, line in enumerate(draft.routing.lines) if n != number)
    return replace(draft, routing=replace(draft.routing, lines=lines)), "new-line"


def _default(draft: Draft, number: int, form: Form) -> tuple[Draft, str]:
    return default_draft(draft.base), ""


BUTTONS: Final[dict[str, Callable[[Draft, int, Form], tuple[Draft, str]]]] = {
    "edit": lambda draft, number, form: (draft, ""),
    "up": _move(-1),
    "down": _move(1),
    "insert": _insert,
    "remove": _remove,
    "restore": _restore,
    "line": _line,
    "drop": _drop,
    "default": _default,
}


def may_move(draft: Draft, number: int, by: int) -> bool:
    """Whether a step may change places with its neighbour: of two that must stand, neither may."""
    to = number + by
    if not 0 <= to < len(draft.steps):
        return False
    pair = {draft.steps[number].key, draft.steps[to].key}
    last_two = pair & {"report", "approve"}
    return not pair <= set(KEPT) and not last_two


def may_insert(draft: Draft, number: int) -> bool:
    """Whether a step may come before the one at place *number*."""
    keys = [step.key for step in draft.steps]
    limit = keys.index("report") if "report" in keys else len(keys)
    return number <= limit and len(keys) < STEPS_MAX


def may_remove(step: Wanted) -> bool:
    """Steps put in, and the first review."""
    return is_own(step.key) or step.key == FIRST_REVIEW
