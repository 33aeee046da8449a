"""Opening a file, and printing a list, leaves a trace for the teacher (SECURITY.md S30).

Views say whose file their page shows; what is to be written is written when the page is drawn, in a
short transaction of its own, before it is given out.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, g
from sqlalchemy.orm import Session

from tms.access import Actor, acting
from tms.auth import current_actor
from tms.db import db, writing
from tms.records.readings import Printed, leaves_traces, note_printed, note_read, unnoted

#: Pages with content: drawn, drawn again after a refusal, or with what another wrote meanwhile.
SHOWN = frozenset({200, 409, 422})


def init_app(app: Flask) -> None:
    """Write down what pages showed."""
    app.after_request(_note)


def opened(teachers: Iterable[int]) -> None:
    """This page shows what files of *teachers* hold."""
    g.setdefault("opened", set()).update(teachers)


def printed(table: str, teachers: Iterable[int]) -> None:
    """This page is a list for paper."""
    g.printed = Printed(table, tuple(teachers))


def _note(response: Response) -> Response:
    actor = current_actor()
    if response.status_code not in SHOWN or actor is None or not leaves_traces(actor):
        return response
    session, on_paper = db.session(), g.get("printed")
    files = unnoted(session, actor, g.opened) if g.get("opened") else []
    if files or (on_paper and on_paper.teachers):
        session.rollback()
        with writing(), acting(session, actor):
            _write(session, actor, files, on_paper)
            session.commit()
    return response


def _write(session: Session, actor: Actor, files: list[int], on_paper: Printed | None) -> None:
    for teacher_id in files:
        note_read(session, actor, teacher_id)
    if on_paper and on_paper.teachers:
        note_printed(session, actor, on_paper)
