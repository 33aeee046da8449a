"""Every operation has its lines in authz.csv, and every line an operation."""

from __future__ import annotations

from flask import Flask

from tests.authz.operations import hidden, offered
from tests.authz.oracle import Line, operations
from tests.authz.probes import detail_words
from tests.authz.requests import ASKS
from tests.support.databases import on_sqlite

#: What a rule of the address hides, and what of it a probe asks by itself.
HIDDEN = ("action:", "type:", "filter:", "field:")


def named(operation: str, known: set[str]) -> str:
    """The line's operation that is about *operation*: its own, or that of any family."""
    return operation if operation in known else f"*.{operation.split('.', 1)[-1]}"


@on_sqlite
def test_every_operation_has_a_line(application: Flask) -> None:
    known = {line.operation for line in operations()}

    missing = {op for op in offered(application) if named(op, known) not in known}

    assert not missing


@on_sqlite
def test_every_line_has_an_operation(application: Flask) -> None:
    known = {line.operation for line in operations()}
    found = {named(operation, known) for operation in offered(application)}

    assert not known - found


@on_sqlite
def test_what_hides_behind_an_address_has_a_line_too(application: Flask) -> None:
    declared = {
        (line.operation, word)
        for line in operations()
        for word in detail_words(line)
        if word.startswith(HIDDEN)
    }
    found = set(hidden(application))

    without_line = sorted(found - declared)
    without_operation = [each for each in sorted(declared - found) if not is_refused(each)]

    assert not without_line
    assert not without_operation


def is_refused(declared: tuple[str, str]) -> bool:
    """Whether every line about it refuses everybody: such acts need not be offered."""
    about: list[Line] = [
        line
        for line in operations()
        if line.operation == declared[0] and declared[1] in detail_words(line)
    ]
    return all(line.is_refusal for line in about)


def test_every_line_can_be_asked() -> None:
    assert not {
        line.operation
        for line in operations()
        if line.operation not in ASKS and not line.operation.startswith("*.")
    }
