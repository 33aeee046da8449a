"""How to ask for forms on paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from tests.authz.asking import How, id_of, plain
from tests.authz.bench import Ask
from tests.authz.world import World
from tms.access import CONSOLE, bind
from tms.records.printed_forms import enter, papers_for

if TYPE_CHECKING:
    from tests.authz.probes import Probe


def page(world: World, probe: Probe) -> Ask:
    return Ask("GET", f"/form/{id_of(probe)}/")


def print_(world: World, probe: Probe) -> Ask:
    return Ask("POST", f"/form/{id_of(probe)}/print/")


def check(world: World, probe: Probe) -> Ask:
    return Ask("GET", "/form/check/", {"code": code_of(id_of(probe))})


def scan(world: World, probe: Probe) -> Ask:
    """Without a file: whoever may is sent back to the page, which says so."""
    return Ask("POST", f"/form/{id_of(probe)}/scan/", data={"code": code_of(id_of(probe))})


def code_of(teacher: int) -> str:
    """Of the one paper that each file of the world has."""
    return f"{teacher:012d}"


def make(session: Session, teachers: Iterable[int]) -> None:
    """A paper of each file; committed."""
    bind(session, CONSOLE)
    papers = papers_for(session, list(teachers))
    enter(session, CONSOLE, [replace(p, code=code_of(p.file.header.id)) for p in papers])
    session.commit()


ASKS = {
    "form.check GET": How("file", check),
    "form.scan POST": How("file", scan),
    "form.index GET": plain("GET", "/form/"),
    "form.file_view GET": How("file", page),
    "form.batch_file POST": plain("POST", "/form/batch/99999/file/"),
    "form.print POST": How("file", print_),
}
