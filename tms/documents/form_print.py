"""Putting files on paper: read, set, written down; one at once, many by a job."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.documents.form_layout import Layout
from tms.documents.forms import TITLE, Press
from tms.errors import NotFound, Say, message
from tms.records.printed_forms import Paper, papers_for, refuse_printing


@dataclass(frozen=True)
class Order:
    """For whom papers are printed: language, words, and the address of the site."""

    actor: Actor
    lang: str
    say: Say
    base: str

    def press(self) -> Press:
        """Where they are printed."""
        return Press(Layout(self.actor, self.lang, self.say), self.base)


def print_one(session: Session, order: Order, teacher_id: int) -> tuple[Paper, bytes]:
    """The form of a file in reach; to be written down with `printed_forms.enter` before it goes.

    :raises NotFound: no such file. :raises NotAllowed: the role prints no forms.
    """
    refuse_printing(order.actor)
    papers = papers_for(session, [teacher_id])
    if not papers:
        raise NotFound(message("没有这份档案。"))
    return papers[0], order.press().begin(papers).pdf()


def name_of(paper: Paper, say: Say) -> str:
    """A file's name: what it is and the code it bears, nobody's name or number."""
    return f"{say(TITLE)}-{paper.code}.pdf"
