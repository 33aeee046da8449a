"""How to ask for the teacher's own pages: nobody else's file or row can even be named there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.authz.asking import How, changeable, id_of, other_value, plain
from tests.authz.bench import Ask
from tests.support.complete import ROWS
from tms.dictionary import Category

if TYPE_CHECKING:
    from tests.authz.probes import Probe
    from tests.authz.world import World

TABLE = "study_experience"
ROW = f"row:{TABLE}"


def of_row(method: str, function: str, *, changes: bool = False) -> How:
    """A form or an act upon one row of the table."""

    def make(world: World, probe: Probe) -> Ask:
        assert probe.target is not None
        data: dict[str, Any] = {"row_version": probe.target.version}
        if changes:
            category = Category(probe.target.category)
            field = changeable(TABLE, "teacher", category)[0]
            data[field.key] = other_value(field, category)
        return Ask(method, f"/mine/{TABLE}/{function}/", {"id": id_of(probe)}, data)

    return How(ROW, make)


def of_file(function: str) -> How:
    """An act upon the file that a page showed."""
    return How("file", lambda w, p: Ask("POST", f"/mine/{function}/", {}, {"file": id_of(p)}))


ASKS: dict[str, How] = {
    "mine.index GET": plain("GET", "/mine/"),
    "mine.section GET": plain("GET", f"/mine/{TABLE}/"),
    "mine.create GET": plain("GET", f"/mine/{TABLE}/new/"),
    "mine.create POST": plain("POST", f"/mine/{TABLE}/new/", **ROWS[TABLE]),
    "mine.edit GET": of_row("GET", "edit"),
    "mine.edit POST": of_row("POST", "edit", changes=True),
    "mine.judge POST": of_row("POST", "judge"),
    "mine.remove POST": of_row("POST", "remove"),
    "mine.none POST": plain("POST", "/mine/contact/none/"),
    "mine.guide GET": plain("GET", "/mine/guide/"),
    "mine.guide_file GET": plain("GET", "/mine/guide/file/"),
    "mine.keep GET": plain("GET", "/mine/keep/"),
    "mine.mend GET": plain("GET", "/mine/mend/"),
    "mine.mend POST": of_file("mend"),
    "mine.confirm POST": of_file("confirm"),
    "mine.submit GET": plain("GET", "/mine/submit/"),
    "mine.submit POST": of_file("submit"),
    "mine.withdraw POST": of_file("withdraw"),
}
