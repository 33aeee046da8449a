"""Putting files on paper: read, set, written down; one at once, many by a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.documents.form_layout import Layout
from tms.documents.form_photos import photos_of
from tms.documents.forms import Press, title_of
from tms.documents.typeset import Document
from tms.errors import Conflict, NotFound, Say, message
from tms.records.business import BUSINESS, tables_of
from tms.records.printed_forms import Paper, papers_for, refuse_printing


@dataclass(frozen=True)
class Order:
    """For whom papers are printed: language, words, and the address of the site."""

    actor: Actor
    lang: str
    say: Say
    base: str

    #: What a data sheet is for; "" is the form.
    business: str = ""
    #: Where photos lie; None leaves their place empty.
    data_dir: Path | None = None

    def press(self) -> Press:
        """Where they are printed."""
        layout = Layout(self.actor, self.lang, self.say, tables_of(self.business))
        return Press(layout, self.base)


def begin(session: Session, order: Order, press: Press, papers: Sequence[Paper]) -> Document:
    """A document of *papers* with their photos."""
    files = [paper.file for paper in papers]
    return press.begin(papers, photos_of(session, order.actor, order.data_dir, files))


def print_one(session: Session, order: Order, teacher_id: int) -> tuple[Paper, bytes]:
    """The paper of a file in reach; to be written down with `printed_forms.enter` before it goes.

    :raises NotFound: no such file or business. :raises NotAllowed: the role prints no forms.
    :raises Conflict: a data sheet of a file that holds nothing in force.
    """
    refuse_printing(order.actor)
    if order.business and order.business not in BUSINESS:
        raise NotFound(message("没有这种业务数据表。"))
    tables = tables_of(order.business)
    papers = papers_for(session, [teacher_id], order.business, tables)
    if not papers:
        raise NotFound(message("没有这份档案。"))
    if tables and not papers[0].file.rows:
        raise Conflict(message("这份档案还没有生效的数据，不能出业务数据表。"))
    return papers[0], begin(session, order, order.press(), papers).pdf()


def name_of(paper: Paper, say: Say) -> str:
    """A file's name: what it is and the code it bears, nobody's name or number."""
    return f"{say(title_of(paper))}-{paper.code}.pdf"
