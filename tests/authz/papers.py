"""How to ask for papers: of files that are there, and of papers that are not."""

from __future__ import annotations

from typing import Any

from tests.authz.asking import How, id_of, plain
from tests.authz.bench import Ask
from tests.authz.world import World


def photo(world: World, probe: Any) -> Ask:
    """The page of a file's photo."""
    return Ask("GET", "/document/photo/", {"teacher_id": id_of(probe)})


ASKS: dict[str, How] = {
    "document.index GET": plain("GET", "/document/?id=999999"),
    "document.thumb GET": plain("GET", "/document/thumb/?id=999999"),
    "document.picture GET": plain("GET", "/document/picture/?teacher_id=999999"),
    "document.row GET": plain("GET", "/document/row/?table=contact&id=999999"),
    "document.row POST": plain("POST", "/document/row/?table=contact&id=999999"),
    "document.remove POST": plain("POST", "/document/remove/", id=999999),
    "document.photo GET": How("file", photo),
    "document.photo POST": plain("POST", "/document/photo/?teacher_id=999999"),
    "document.remove_photo POST": plain("POST", "/document/photo/remove/?teacher_id=999999"),
}
