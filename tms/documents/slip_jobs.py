"""Printing slips as a job: codes are made part by part, and exist in memory and on paper only."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta, timezone
from typing import Any, Final

from tms.access import Permission
from tms.documents.slips import Slip, slips_pdf
from tms.errors import Conflict
from tms.jobs import Mark, Run, Work
from tms.models.types import now
from tms.records import kept
from tms.records.accounts import CODE_LASTS
from tms.records.slips import (
    NOBODY,
    NONE_LEFT,
    PRINT,
    TITLE,
    Recipient,
    hand_out,
    new_codes,
    recipients,
    store_codes,
    wanting,
)

PDF: Final = "application/pdf"
BEIJING: Final = timezone(timedelta(hours=8))
#: Each code is hashed as slowly as a password.
PART: Final = 25


def run(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """Make the codes, then the PDF, kept for a day and handed out once.

    A worker that was killed has taken the codes it made with it: another makes them all anew, for
    those whom the first had chosen.
    """
    work.actor.require(Permission.ACCOUNT_WRITE)
    with work.reading():
        people = _people(work)
    chosen = {"users": [each.user_id for each in people]}
    yield Mark(0, len(people), chosen)
    slips: list[Slip] = []
    until = f"{(now() + CODE_LASTS).astimezone(BEIJING):%Y-%m-%d %H:%M}"
    for start in range(0, len(people), PART):
        part = people[start : start + PART]
        with work.reading():
            codes = new_codes(part)
        store_codes(work.session, work.actor, part, codes, work.act_id)
        slips += [Slip(p.unit, p.name, p.number, codes[p.user_id][0], until) for p in part]
        yield Mark(start + len(part), len(people), chosen)
    made = _keep(work, slips)
    hand_out(work.session, work.actor, people)
    return {"file": made, "count": len(slips)}


def _people(work: Work) -> list[Recipient]:
    """As they are to be kept now; whoever got a password meanwhile needs none, unless renewed."""
    renew = bool(work.params["renew"]) or work.checkpoint is not None
    users = (work.checkpoint or work.params)["users"]
    people = recipients(work.session, wanting(work.session, work.actor, list(users), renew=renew))
    if not people:
        raise Conflict(NONE_LEFT if work.params["renew"] else NOBODY)
    return people


def _keep(work: Work, slips: list[Slip]) -> int:
    made = f"{now().astimezone(BEIJING):%Y-%m-%d %H:%M} · {work.actor.name}"
    with work.reading():
        content = slips_pdf(slips, made, work.say)
    name = f"{work.say(TITLE)}.pdf"
    return kept.keep(
        work.session,
        work.actor,
        work.data_dir,
        name,
        PDF,
        lambda out: out.write(content),
        once=True,
    )


KINDS: Final[dict[str, Run]] = {PRINT: run}
