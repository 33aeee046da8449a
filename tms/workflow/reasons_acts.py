"""Why a verb would not take a file, by kind of refusal: rule and state, who can, how to ask.

The kinds are what the engine itself says when it is tried (`tms.workflow.rehearse`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select

from tms.dictionary import Filler
from tms.errors import Because, Message, Term, message, term
from tms.models import TABLES, ReviewNote, Submission
from tms.workflow.case import Case, Lead, Next, Told
from tms.workflow.desks import held_by
from tms.workflow.offered import my_task
from tms.workflow.outcome import OpenTask
from tms.workflow.plans import route_of
from tms.workflow.reasons_back import BACK, not_to_withdraw
from tms.workflow.routes import Step, Verb
from tms.workflow.ways_on import or_return, takes_back, with_fillers
from tms.workflow.whom import day, holders_of, listed, role_name


def role(case: Case) -> Told:
    """The role does not have the verb."""
    why = message("“%(role)s”不办理“%(verb)s”", role=role_name(case.actor.role), verb=_verb(case))
    if case.task is not None:
        return Told((why, message("这份档案正由%(where)s", where=case.where(case.task))))
    return Told((why, with_fillers(case)))


def elsewhere(case: Case) -> Told:
    """It lies on another desk, or on one's own for another verb."""
    task = case.task
    if task is None:
        return not_sent(case)
    mine = my_task(case.seat, task)
    if mine is not None:
        why = message(
            "这份档案在您的桌上等待的是“%(step)s”，不是“%(verb)s”",
            step=term(mine.step),
            verb=_verb(case),
        )
        how = message("请直接办理%(step)s，或者退回", step=_to_do(mine.step))
        return Told((why, how), (Lead(Next(mine.step.verb.value)), Lead(Next.RETURN)))
    why = message("这份档案正由%(where)s，不在您的桌上", where=case.where(task))
    before = _before_me(case, task)
    if before:
        how = message("办完%(steps)s之后才到您这里", steps=_steps(before))
        return Told((why, how))
    return Told((why, message("需要修改或加快办理，请联系对方")))


def under_way(case: Case) -> Told:
    """It was sent in already."""
    if case.task is None:
        return not_sent(case)
    why = message(
        "这份档案已经报送，正由%(where)s，办完之前不能再次报送", where=case.where(case.task)
    )
    if my_task(case.seat, case.task) is None and takes_back(case):
        how = message("审核人还没有打开，要补充内容可以先撤回报送")
        return Told((why, how), (Lead(Next.WITHDRAW),))
    return or_return(case, (why,), message("要补充内容，请联系对方退回"))


def not_sent(case: Case) -> Told:
    """Nothing of the file is under review."""
    if case.is_returned:
        return _returned(case)
    if case.header.in_force:
        why = message("这份档案没有正在审核的内容，生效以后也没有新的报送")
    else:
        why = message("这份档案还没有报送")
    return Told((why, with_fillers(case)))


def _returned(case: Case) -> Told:
    submission = case.submission
    assert submission is not None  # noqa: S101  asked before
    noted = select(ReviewNote.written_at, ReviewNote.filler).where(
        ReviewNote.submission_id == submission.id, ReviewNote.resolved_at.is_(None)
    )
    found = case.one(noted.order_by(ReviewNote.id.desc()))
    who = case.fills(found.filler if found else "")
    if found is None:
        return Told((message("这份档案已退回修改"), _sends_again(who)))
    why = message("这份档案已于%(day)s退回修改", day=day(found.written_at))
    return Told((why, _sends_again(who)))


def _sends_again(who: Message | str) -> Message:
    return message("等%(who)s改好并重新报送后才能审核", who=who)


def incomplete(case: Case) -> Told:
    """Errors that keep a file from going on."""
    first = case.findings[0]
    label = term(TABLES[first.table].dictionary)
    text = Term(first.zh.rstrip("。"), first.en.rstrip("."))
    number = len(case.findings)
    if number == 1:
        why = message(
            "这份档案还有1处错误须先改正，在“%(table)s”：%(text)s", table=label, text=text
        )
    else:
        why = message(
            "这份档案还有%(n)d处错误须先改正，第一处在“%(table)s”：%(text)s",
            n=number,
            table=label,
            text=text,
        )
    lead = Next.EDIT if isinstance(first.record, int) else Next.ADD
    row = first.record if isinstance(first.record, int) else None
    leads = (Lead(lead, first.table, row, first.field or ""),)
    if first.filler in case.actor.fills:
        return Told((why, message("请补全后再试")), leads)
    return Told((why, message("请联系%(who)s补全", who=case.fills(first.filler))))


def nothing(case: Case) -> Told:
    """No drafts that are the actor's to send in."""
    why = message("这份档案没有新填写或修改过的内容可以报送")
    if case.actor.spec.fills == {Filler.TEACHER}:
        then = message("由学校填写的内容由%(who)s报送", who=case.school)
        return Told((why, then))
    return Told((why, message("请先填写或修改内容，再报送")))


def own_work(case: Case) -> Told:
    """Whoever filled or submitted does not judge."""
    why = message(
        "这份档案的内容由您填写或报送过，按“填报人不审核自己填报的内容”的要求，须由他人审核"
    )
    mine = my_task(case.seat, case.task)
    if mine is None:
        return Told((why,))
    found = holders_of(case.session, case.actor, mine.unit_id, mine.permission)
    if found.others:
        return Told((why, message("可由%(who)s办理", who=replace(found, is_me=False).text)))
    how = message(
        "“%(unit)s”没有其他%(role)s，请联系本单位系统管理员增设一位",
        unit=found.unit,
        role=listed(role_name(each) for each in found.roles),
    )
    return Told((why, how))


# -- words -----------------------------------------------------------------------------------------


def _verb(case: Case) -> Term:
    assert case.verb is not None  # noqa: S101  of verbs only
    return case.verb


def _to_do(step: Step) -> Term:
    """The step as something to do: its name, or in English its verb."""
    verbs = {Verb.PASS: "pass it", Verb.REPORT: "report it"}
    return Term(f"“{step.zh}”", verbs[step.verb])


def _before_me(case: Case, task: OpenTask) -> list[Step]:
    """The steps that a file goes through before it comes to the actor's kind of desk."""
    submission = select(Submission.route, Submission.route_version_id).where(
        Submission.teacher_id == case.header.id, Submission.is_open
    )
    found = case.one(submission)
    if found is None:
        return []
    steps = route_of(case.session, *found).steps
    here = next(i for i, step in enumerate(steps) if step.key == task.step.key)
    held = held_by(case.actor)
    mine = [i for i, step in enumerate(steps) if step.permission in held and i > here]
    return list(steps[here : mine[0]]) if mine else []


def _steps(steps: list[Step]) -> Message | str:
    return listed(message("“%(step)s”", step=term(step)) for step in steps)


ACTS: dict[Because, Callable[[Case], Told]] = {
    Because.ROLE: role,
    Because.ELSEWHERE: elsewhere,
    Because.NOT_SENT: not_sent,
    Because.INCOMPLETE: incomplete,
    Because.NOTHING: nothing,
    Because.OWN_WORK: own_work,
    **BACK,
}
#: Of these verbs some kinds are told otherwise.
OF_VERB: dict[str, dict[Because, Callable[[Case], Told]]] = {
    "submit": {Because.ELSEWHERE: under_way},
    "confirm": {Because.ELSEWHERE: under_way},
    "withdraw": {Because.NOT_SENT: not_to_withdraw},
}
