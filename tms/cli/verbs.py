"""The engine's verbs over one's own desk: submit, confirm, pass, return, report, approve; check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from tms import workflow
from tms.access import Actor
from tms.cli.support import REFUSED, as_json, as_user, command, show, user
from tms.db import AnySelect, db
from tms.errors import NotAllowed, message
from tms.i18n import say
from tms.models import Teacher
from tms.records import completeness
from tms.workflow import Outcome
from tms.workflow.outcome import name_missing

Act = Callable[[Session, Actor, AnySelect | None, str], Outcome]

VERBS: dict[str, tuple[str, Act]] = {
    "submit": ("Submit files.", lambda s, a, c, note: workflow.submit(s, a, c)),
    "confirm": (
        "Say that nothing changed of files in force.",
        lambda s, a, c, note: workflow.confirm(s, a, c),
    ),
    "pass": ("Pass files on.", lambda s, a, c, note: workflow.pass_(s, a, c)),
    "return": ("Return files, with a reason.", workflow.return_),
    "report": ("Report to the superior.", lambda s, a, c, note: workflow.report(s, a, c)),
    "approve": (
        "Pass at the last desk; refused elsewhere.",
        lambda s, a, c, note: workflow.pass_(s, a, c, last_only=True),
    ),
}


def _verb(name: str, help_: str, act: Act) -> click.Command:
    @command(name, help=help_)
    @as_user
    @click.argument("more", nargs=-1)
    @click.option("--teacher", "first", multiple=True, help="Personal numbers, one or several.")
    @click.option("--all", "all_", is_flag=True, help="Everything on one's desk.")
    @click.option("--note", default="", help="Reason of a return.")
    @as_json
    @click.pass_context
    def run(
        context: click.Context,
        username: str,
        more: tuple[str, ...],
        first: tuple[str, ...],
        all_: bool,
        note: str,
        as_json: bool,
    ) -> None:
        numbers = first + more
        if bool(first) == all_ or (all_ and more) or any(n[:1] in ("", "-") for n in numbers):
            raise click.UsageError("give --teacher NUMBER… or --all")
        with user(username) as actor:
            chosen = None if all_ else chosen_by(numbers)
            outcome = act(db.session(), actor, chosen, note)
            name_missing(db.session(), numbers, outcome)
        tell(outcome, as_json)
        if outcome.left_out and not outcome.taken:
            context.exit(REFUSED)

    return run


def chosen_by(numbers: tuple[str, ...]) -> AnySelect:
    """The files with these personal numbers."""
    return select(Teacher.id).where(Teacher.teacher_no.in_(numbers))


def tell(outcome: Outcome, as_json: bool) -> None:
    """Print what an act did."""
    left: list[dict[str, Any]] = [
        {
            "teacher": item.teacher_no,
            "reason": say(item.reason),
            "findings": [
                {"table": f.table, "field": f.field, "rule": f.rule, "message": f.zh}
                for f in item.findings
            ],
        }
        for item in outcome.left_out
    ]
    if as_json:
        show({"taken": outcome.taken, "left_out": left, "receipts": outcome.receipts})
        return
    click.echo(f"办理 {outcome.taken} 份，未办理 {len(left)} 份")
    for receipt in outcome.receipts:
        click.echo(f"回执 {receipt}")
    for item in left:
        click.echo(f"{item['teacher']}: {item['reason']}", err=True)
        for finding in item["findings"]:
            click.echo(f"  {finding['table']}.{finding['field']}: {finding['message']}", err=True)


@command("check")
@as_user
@as_json
def check(username: str, as_json: bool) -> None:
    """Completeness of the files the user sees: findings by rule, and the files that have errors."""
    counts: Counter[tuple[str, str | None, str, str]] = Counter()
    files = incomplete = 0
    with user(username) as actor:
        if not actor.reads_whole_files:
            raise NotAllowed(message("您的角色看不到整份档案，不能做完整性检测。"))
        ids = db.session.scalars(select(Teacher.id).order_by(Teacher.id)).all()
        for _, found in completeness.findings(db.session(), ids):
            files += 1
            incomplete += bool(completeness.blocking(found))
            counts.update((f.table, f.field, f.rule, f.severity) for f in found)
    summary = [
        {"table": t, "field": f, "rule": r, "severity": s, "count": n}
        for (t, f, r, s), n in counts.most_common()
    ]
    if as_json:
        show({"files": files, "with_errors": incomplete, "findings": summary})
        return
    click.echo(f"{files} 份档案，{incomplete} 份有错误")
    for line in summary:
        click.echo(f"{line['count']:>6} {line['table']}.{line['field']} {line['rule']}")


COMMANDS = (*(_verb(name, text, act) for name, (text, act) in VERBS.items()), check)
