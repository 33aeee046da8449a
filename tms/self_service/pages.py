"""What is read: the first page and the sections."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, render_template, url_for

from tms.admin_views import notes
from tms.admin_views.file_page import confirmed
from tms.admin_views.labels import label_of
from tms.admin_views.papers import photo_box
from tms.dictionary import Section
from tms.gate import allow
from tms.self_service import overview
from tms.self_service.cards import Cards
from tms.self_service.check import told
from tms.self_service.own import OwnFile, own_file
from tms.self_service.place import OWN, blueprint
from tms.workflow.offered import Act


@blueprint.get("/")
@allow(blueprint, OWN)
def index() -> Any:
    """What is to be done, what was found, where the file is."""
    own = own_file()
    title, hint = overview.headline(own)
    mend = url_for("mine.mend")
    lines = list(overview.lines(own))
    page = {
        "own": own,
        "title": title,
        "hint": hint,
        "school": own.page.unit(own.teacher.unit_id),
        "photo": photo_box(own.actor, own.header, own.rows),
        "errors": list(told(own, own.errors)),
        "warnings": list(told(own, own.warnings)),
        "others": list(told(own, own.others)),
        "lines": lines,
        "done": sum(line.tone == "ok" for line in lines),
        "school_lines": list(overview.school_lines(own)),
        "bar": overview.bar(own),
        "desks": own.desks,
        "notes": [replace(each, url=mend) for each in notes.told(own.actor, own.notes)],
        "confirmed": confirmed(own.teacher) if own.teacher.confirmed_at else "",
        "may_confirm": Act.CONFIRM in own.acts and own.acts[Act.CONFIRM] is None,
        "may_withdraw": Act.WITHDRAW in own.acts and own.acts[Act.WITHDRAW] is None,
    }
    return render_template("self_service/index.html", **page)


@blueprint.get("/<section>/")
@allow(blueprint, OWN)
def section(section: str) -> Any:
    """One section: its records as cards."""
    own = own_file()
    here = _section(own, section)
    following = _following(own, here)
    page = {
        "own": own,
        "section": here,
        "title": label_of(here),
        "piles": list(Cards(own).piles(here)),
        "is_mine": own.fills(here),
        "following": following,
        "following_label": label_of(following) if following else "",
    }
    return render_template("self_service/section.html", **page)


def _section(own: OwnFile, key: str) -> Section:
    return next((each for each in own.sections if each.key == key), None) or abort(404)


def _following(own: OwnFile, here: Section) -> Section | None:
    """The next section that the teacher fills."""
    mine = [each for each in own.sections if own.fills(each) or each is here]
    later = mine[mine.index(here) + 1 :]
    return later[0] if later else None
