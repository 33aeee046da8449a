"""How to ask for forms on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.authz.asking import How, id_of, plain
from tests.authz.bench import Ask
from tests.authz.world import World

if TYPE_CHECKING:
    from tests.authz.probes import Probe


def page(world: World, probe: Probe) -> Ask:
    return Ask("GET", f"/form/{id_of(probe)}/")


def print_(world: World, probe: Probe) -> Ask:
    return Ask("POST", f"/form/{id_of(probe)}/print/")


ASKS = {
    "form.index GET": plain("GET", "/form/"),
    "form.file_view GET": How("file", page),
    "form.batch_file POST": plain("POST", "/form/batch/99999/file/"),
    "form.print POST": How("file", print_),
}
