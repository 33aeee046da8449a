"""Forms on paper: how fast, how large, in how much memory (Linux)."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pypdf import PdfReader
from sqlalchemy import select

from bench.place import Place, province
from bench.timing import Figure
from tms import ROOT, create_app
from tms.access import acting
from tms.actors import actor_for
from tms.db import db
from tms.dictionary import get_table
from tms.documents.form_jobs import A_FILE, ABREAST
from tms.documents.form_join import joined
from tms.documents.form_print import Order
from tms.documents.forms import TOGETHER, Press
from tms.models import Teacher
from tms.records.audit import new_act_id
from tms.records.form_files import FormFile
from tms.records.printed_forms import Paper, enter, papers_for

FORMS = A_FILE * TOGETHER
#: How often each record stands on the form, so that forms have the four pages of the goal.
TIMES = 4
PAGES = 4
BASE = "http://127.0.0.1:8000/"
CHILDREN = Path("/proc/self/status")
KIB = 1024


def works(place: Place) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """What can be measured here, by name."""
    yield "forms", partial(speed, place)
    yield "forms.size", partial(size, place)
    if CHILDREN.exists():
        yield "forms.memory", partial(memory, place)


def speed(place: Place) -> Figure:
    """Forms a second, read, laid out, set, joined and written down, as the job does it."""
    took, count, made = _measured(place)
    pages = len(PdfReader(io.BytesIO(made)).pages) / count
    return Figure("forms", count / took, "forms/s", f"{count} forms of {pages:.1f} pages")


def size(place: Place) -> Figure:
    """KiB of a form."""
    _took, count, made = _measured(place)
    return Figure("forms.size", len(made) / KIB / count, "KiB", f"{count} forms")


def memory(place: Place) -> Figure:
    """MiB that this and the processes it starts hold together at most."""
    command = [sys.executable, "-m", "bench.papers", place.url, str(place.folder)]
    command.append(place.logins["province"][0])
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    own, child = map(float, done.stdout.split())
    told = f"{own:.0f} and {ABREAST} times {child:.0f}"
    return Figure("forms.memory", own + ABREAST * child, "MiB", told)


def _measured(place: Place) -> tuple[float, int, bytes]:
    with place.application().app_context():
        with acting(db.session(), province(place)) as actor:
            order = Order(actor, "zh", str, BASE)
            began = time.perf_counter()
            count, made = printed(order)
            took = time.perf_counter() - began
            db.session.rollback()
        db.engine.dispose()
    return took, count, made


def printed(order: Order) -> tuple[int, bytes]:
    """One file's worth of forms."""
    chosen = select(Teacher.id).order_by(Teacher.unit_path, Teacher.id).limit(FORMS)
    ids = list(db.session.scalars(chosen))
    press, act_id, made = order.press(), new_act_id(), []
    for start in range(0, len(ids), ABREAST * TOGETHER):
        made += _part(order, press, ids[start : start + ABREAST * TOGETHER], act_id)
    return len(ids), joined(made)


def _part(order: Order, press: Press, ids: Sequence[int], act_id: str) -> list[bytes]:
    papers, begun = [], []
    for start in range(0, len(ids), TOGETHER):
        read = [longer(each) for each in papers_for(db.session(), ids[start : start + TOGETHER])]
        papers += read
        begun.append(press.begin(read))
    made = [document.pdf() for document in begun]
    enter(db.session(), order.actor, papers, act_id)
    return made


def longer(paper: Paper) -> Paper:
    """With the same records several times over."""
    file: FormFile = paper.file
    rows = {
        name: list(found) * (TIMES if get_table(name).cardinality == "many" else 1)
        for name, found in file.rows.items()
    }
    return replace(paper, file=replace(file, rows=rows))


def main(url: str, folder: str, username: str) -> None:
    """Print what this process held at most, and the largest of those it started."""
    import resource

    with create_app({"TMS_DATABASE_URL": url, "TMS_DATA_DIR": folder}).app_context():
        actor = actor_for(db.session(), username)
        db.session.rollback()
        with acting(db.session(), actor):
            printed(Order(actor, "zh", str, BASE))
            db.session.rollback()
    held = [
        resource.getrusage(who).ru_maxrss / KIB
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    sys.stdout.write("{:.1f} {:.1f}\n".format(*held))


if __name__ == "__main__":
    main(*sys.argv[1:])
