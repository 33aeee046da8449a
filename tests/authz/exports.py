"""How to ask for exports: the page of a list, what it sends, and one's own exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.authz.asking import How, place_of, plain, word
from tests.authz.bench import Ask
from tms.models import TABLES

if TYPE_CHECKING:
    from tests.authz.probes import Probe
    from tests.authz.world import World

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


ASKS = {
    "exports.index GET": plain("GET", "/exports/"),
    "exports.file GET": plain("GET", "/exports/99999/file/"),
    "exports.discard POST": plain("POST", "/exports/99999/discard/"),
    "exports.forget POST": plain("POST", "/exports/saved/99999/forget/"),
}
for place in ("teacher", "section"):
    ASKS[f"{place}.export_page GET"] = How("", page)
    ASKS[f"{place}.export_run POST"] = How("", run)
