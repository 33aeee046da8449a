"""How to ask for exports: the page of a list, what it sends, and one's own exports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.authz.asking import How, id_of, place_of, plain, word
from tests.authz.bench import Ask
from tests.authz.world import K12, Target, World
from tms.access import Actor, bind
from tms.actors import actor_for
from tms.db import BLIND
from tms.errors import message
from tms.models import TABLES, ExportRequest, ExportState
from tms.records import kept
from tms.records.export_limits import Amount
from tms.records.export_requests import NewRequest, ask

if TYPE_CHECKING:
    from tests.authz.probes import Probe

#: Those who probe and have requests of their own.
OWN = ("info_admin-PA", "info_admin-KA", "info_admin-S1")

COLUMNS = {
    "rows": ["gender"],
    "roster": ["teacher.name", "teacher.teacher_no"],
    "files": ["basic_information"],
}


def page(world: World, probe: Probe) -> Ask:
    return Ask("GET", f"/{place_of(probe)}/export/")


def run(world: World, probe: Probe) -> Ask:
    content = word(probe, "content:") or "rows"
    fmt = "json" if content == "files" else "csv"
    columns = list(TABLES[probe.table].dictionary.fields) if probe.table else COLUMNS[content]
    form: dict[str, Any] = {"content": content, "fmt": fmt, "codes": "label", "column": columns}
    if word(probe, "numbers:"):
        form |= {"unmask": "1", "purpose": "核对社保名单"}
    return Ask("POST", f"/{place_of(probe)}/export/run/", data=form)


# -- four eyes -------------------------------------------------------------------------------------


def make(session: Session) -> None:
    """Requests that wait for a second person, and one each that somebody agreed to; committed."""
    for login in (*OWN, *(f"clerk-{school}" for school in K12)):
        actor = actor_for(session, login)
        bind(session, actor)
        _request(session, actor)
        if login in OWN:
            agreed = _request(session, actor)
            row = update(ExportRequest).where(ExportRequest.id == agreed)
            session.execute(row.values(state=ExportState.APPROVED), execution_options=BLIND)
        session.commit()


def _request(session: Session, actor: Actor) -> int:
    with TemporaryDirectory() as folder:  # which rows it is about is never read
        ids = kept.keep(session, actor, Path(folder), "ids", "x", lambda out: out.write(b""))
        params = {"wanted": {}, "ids": ids, "people": 9}
        sheets = [["教师", ["姓名"]]]
        new = NewRequest(message("导出"), sheets, "核对名单", Amount(9, 9), params)
        made = ask(session, actor, new)
        session.commit()
    return made


def meet(session: Session, world: World) -> list[Target]:
    """What `make` made, by its asker's login."""
    logins = {each.user: each for each in world.accounts}
    found = []
    for row in session.execute(
        select(ExportRequest.id, ExportRequest.user_id, ExportRequest.state)
    ):
        by = logins[row.user_id]
        found.append(replace(by, kind="export", id=row.id, state=row.state))
    return found


def request(function: str, method: str = "POST", **data: Any) -> How:
    """A request's page, or an act upon it."""
    tail = f"{function}/" if function else ""

    def ask_one(world: World, probe: Probe) -> Ask:
        return Ask(method, f"/exports/requests/{id_of(probe)}/{tail}", data=data)

    return How("export", ask_one)


ASKS = {
    "export_request.index GET": plain("GET", "/exports/requests/"),
    "export_request.details_view GET": request("", "GET"),
    "export_request.approve POST": request("approve"),
    "export_request.refuse POST": request("refuse", note="用途不清"),
    "export_request.start POST": request("start"),
    "export_request.withdraw POST": request("withdraw"),
    "exports.index GET": plain("GET", "/exports/"),
    "exports.file GET": plain("GET", "/exports/99999/file/"),
    "exports.discard POST": plain("POST", "/exports/99999/discard/"),
    "exports.forget POST": plain("POST", "/exports/saved/99999/forget/"),
}
for place in ("teacher", "section"):
    ASKS[f"{place}.export_page GET"] = How("", page)
    ASKS[f"{place}.export_run POST"] = How("", run)
