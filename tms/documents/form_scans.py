"""The scan of a signed form, kept with the code of the paper it shows (R45)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.documents.clean import Cleaned
from tms.documents.papers import store
from tms.models import DocumentKind
from tms.records.printed_forms import find_paper
from tms.records.signed_forms import facts_of, refuse_unsignable, sign


def bring(
    session: Session,
    actor: Actor,
    data_dir: Path,
    teacher_id: int,
    code: str,
    name: str,
    scan: Cleaned,
) -> None:
    """Keep the scan of the paper that bears *code*; the caller commits.

    :param scan: cleaned before, outside a transaction that writes.
    :raises NotFound: no such paper in reach. :raises Conflict: it cannot be signed.
    :raises NotAllowed: the role brings no papers.
    """
    paper = find_paper(session, actor, code)
    refuse_unsignable(paper, teacher_id)
    document = store(
        session,
        actor,
        data_dir,
        teacher_id,
        name,
        scan,
        kind=DocumentKind.FORM,
        facts=facts_of(paper, actor),
    )
    sign(session, actor, paper, document)
