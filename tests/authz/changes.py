"""How to ask for changes of rows in force: applications, wishes, reopenings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.authz.asking import How, changeable, id_of, one, other_value
from tests.authz.bench import Ask, Upload
from tests.authz.world import Target, World
from tests.support.papers import JPEG
from tms.access import Actor, bind
from tms.dictionary import Category
from tms.dictionary.scope import today
from tms.models import TABLES, ChangeRequest, Reopening, RequestStatus
from tms.models.types import now
from tms.records.reopenings import NewReopening, reopen
from tms.records.request_checks import Wanted
from tms.records.requests import apply
from tms.records.wishes import wish

#: Of a file that is being changed: what is applied for, wished for, reopened.
ASKED, WISHED = "study_experience", "contact"


def make(session: Session, teacher: int, clerk: Actor, superior: Actor, own: Actor) -> None:
    """A draft request, a wish and a reopening about one file in force; committed."""
    bind(session, clerk)
    apply(session, clerk, _wanted(session, teacher, ASKED, {"study_mode": "2"}))
    bind(session, superior)
    reopen(session, superior, NewReopening(teacher, ASKED, "核对", now() + timedelta(days=9)))
    bind(session, own)
    wish(session, own, _wanted(session, teacher, WISHED, {}))
    session.commit()


def _wanted(session: Session, teacher: int, table: str, values: dict[str, Any]) -> Wanted:
    model = TABLES[table]
    statement = select(model.id, model.content_version).where(model.teacher_id == teacher)
    row_id, version = session.execute(statement).one()
    return Wanted(teacher, table, row_id, version, values, "请核对")


def meet(session: Session, files: dict[int, Target]) -> dict[str, list[Target]]:
    """By kind what `make` made."""
    found: dict[str, list[Target]] = {"request": [], "wish": [], "reopening": []}
    asked = select(ChangeRequest.id, ChangeRequest.teacher_id, ChangeRequest.status)
    for row in session.execute(asked.order_by(ChangeRequest.id)):
        kind = "wish" if row.status == RequestStatus.WISH else "request"
        found[kind].append(_target(kind, row, files))
    for row in session.execute(select(Reopening.id, Reopening.teacher_id)):
        found["reopening"].append(_target("reopening", row, files))
    return found


def _target(kind: str, row: Any, files: dict[int, Target]) -> Target:
    return replace(files[row.teacher_id], kind=kind, id=row.id)


# -- asking ----------------------------------------------------------------------------------------


def row_form(function: str) -> Any:
    """A page or a question about one row in force."""

    def ask(world: World, probe: Any) -> Ask:
        method = "POST" if "judge" in function else "GET"
        return Ask(method, f"/{probe.table}/{function}/", {"id": id_of(probe)})

    return ask


def change_row(world: World, probe: Any) -> Ask:
    """One field with another value, none that needs a proof or a day besides."""
    assert probe.target is not None
    category = Category(probe.target.category)
    fillers = [each for each in ("teacher", "school") if changeable(probe.table, each, category)]
    found = [f for each in fillers for f in changeable(probe.table, each, category)]
    plain_ones = [f for f in found if not f.needs_proof and f.key != "personnel_status"]
    if probe.table == "basic_information":
        plain_ones = [f for f in plain_ones if f.filled_by[category] == "teacher"]
    field = plain_ones[0]
    data = {field.key: other_value(field, category), "ask-reason": "核对"}
    data["row_version"] = probe.target.version
    return Ask("POST", f"/{probe.table}/change/", {"id": probe.target.id}, data)


def remove_row(world: World, probe: Any) -> Ask:
    """With a proof, which some tables ask for."""
    assert probe.target is not None
    data: dict[str, Any] = {"ask-reason": "重复", "row_version": probe.target.version}
    data["ask-proof"] = Upload(JPEG, "证明.jpg")
    return Ask("POST", f"/{probe.table}/remove/", {"id": probe.target.id}, data)


def wish_for(world: World, probe: Any) -> Ask:
    """Just a text."""
    assert probe.target is not None
    data = {"ask-reason": "请核对", "row_version": probe.target.version}
    return Ask("POST", f"/{probe.table}/wish/", {"id": probe.target.id}, data)


def answer(function: str, **data: Any) -> Any:
    """An act upon one request or reopening."""

    def ask(world: World, probe: Any) -> Ask:
        place = probe.line.operation.split(".")[0]
        return Ask("POST", f"/{place}/{function}/", data={"id": id_of(probe), **data})

    return ask


def open_for(world: World, probe: Any) -> Ask:
    """Leave to propose for two weeks."""
    query = {"teacher_id": id_of(probe), "table": ASKED}
    data = {"reason": "核对", "until": (today() + timedelta(days=14)).isoformat()}
    return Ask("POST", "/reopening/open/", query, data)


ASKS: dict[str, How] = {
    "section.change_view GET": How("row", row_form("change")),
    "section.change_view POST": How("row", change_row),
    "section.change_judge POST": How("row", row_form("change/judge")),
    "section.remove_view GET": How("row", row_form("remove")),
    "section.remove_view POST": How("row", remove_row),
    "section.wish_view GET": How("row", row_form("wish")),
    "section.wish_view POST": How("row", wish_for),
    "section.wish_judge POST": How("row", row_form("wish/judge")),
    "request.details_view GET": How("request", one("details")),
    "request.cancel POST": How("request", answer("cancel")),
    "request.decline POST": How("wish", answer("decline", reason="与材料一致")),
    "request.proof GET": How(
        "", lambda _world, _probe: Ask("GET", "/request/proof/", {"id": 999999})
    ),
    "reopening.details_view GET": How("reopening", one("details")),
    "reopening.open GET": How("file", lambda w, p: Ask("GET", "/reopening/open/", _file(p))),
    "reopening.open POST": How("file", open_for),
    "reopening.close POST": How("reopening", answer("close")),
}


def _file(probe: Any) -> dict[str, int]:
    return {"teacher_id": id_of(probe)}
