"""Papers as pages show them: a strip under each row, the photo beside the name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from tms.access import Actor, policy
from tms.db import db
from tms.dictionary import Photo
from tms.documents.attachments import Place, by_row
from tms.documents.photos import FIELD, TABLE, Way, way_of
from tms.i18n import gettext as _
from tms.models import TABLES
from tms.records.read import Header

KB, MB = 2**10, 2**20


@dataclass(frozen=True)
class Paper:
    """One paper; without a thumbnail it is a PDF."""

    id: int
    name: str
    size: str
    url: str
    thumb: str


@dataclass(frozen=True)
class PhotoBox:
    """The photo of a person; where there is none, `url` is empty."""

    url: str
    #: Where it is brought or changed, if it may be now.
    edit: str
    #: It is in force: another is applied for.
    is_asked: bool = False


@dataclass(frozen=True)
class Papers:
    """The papers of one row that the reader may open, and where to bring more."""

    shown: Sequence[Paper]
    #: Where papers are brought and taken out; "" where the reader may not now.
    url: str


def strips(actor: Actor, teacher_id: int) -> dict[Place, list[Paper]]:
    """By row of a file the papers that the reader may open."""
    found = by_row(db.session(), actor, teacher_id)
    return {place: [shown(paper) for paper in papers] for place, papers in found.items()}


def shown(paper: Any) -> Paper:
    """A paper's row as it is drawn."""
    thumb = url_for("document.thumb", id=paper.id) if paper.has_thumb else ""
    url = url_for("document.index", id=paper.id)
    return Paper(paper.id, paper.name, size_of(paper.size), url, thumb)


def size_of(size: int) -> str:
    """Bytes as people say them."""
    return f"{size / MB:.1f} MB" if size >= MB else f"{max(1, round(size / KB))} KB"


def of_row(actor: Actor, teacher_id: int, place: Place, *, may_add: bool) -> Papers:
    """Of one row."""
    found = strips(actor, teacher_id).get(place, [])
    return Papers(found, row_url(place) if may_add else "")


def row_url(place: Place) -> str:
    """Where the papers of a row are brought; from there one comes back to this page."""
    return url_for("document.row", table=place[0], id=place[1], back=here())


def photo_box(
    actor: Actor, header: Header, rows: Mapping[str, Sequence[dict[str, Any]]]
) -> PhotoBox | None:
    """The photo of a file whose rows were read; None where the reader has nothing to see."""
    basic, table = rows.get(TABLE, ()), TABLES[TABLE].dictionary
    if not basic or not policy.may_see(actor, table.fields[FIELD]):
        return None
    held = Photo.read(basic[0][FIELD])
    way = way_of(db.session(), actor, header, basic[0])
    url = url_for("document.picture", teacher_id=header.id, v=held.digest[:8]) if held else ""
    edit = url_for("document.photo", teacher_id=header.id, back=here()) if way else ""
    return PhotoBox(url, edit, way is Way.ASK) if url or edit else None


def here() -> str:
    """This page's address, to come back to."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def taken(count: int) -> str:
    """What is said when papers were brought."""
    return _("已上传%(n)d份材料。", n=count)
