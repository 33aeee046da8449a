"""What one can do where something is refused: return it oneself, take it back, ask whoever can."""

from __future__ import annotations

from tms.access import Permission
from tms.errors import Message, message
from tms.workflow.case import Case, Lead, Next, Told
from tms.workflow.offered import my_task
from tms.workflow.submit import with_drafts
from tms.workflow.withdraw import may_withdraw


def ask_back(case: Case, clauses: tuple[Message, ...]) -> Told:
    """How one gets at what is under review: take it back, return it oneself, or ask."""
    at_mine = my_task(case.seat, case.task) is not None
    if not at_mine and takes_back(case):
        how = message("审核人还没有打开，您可以先撤回报送，再修改")
        return Told((*clauses, how), (Lead(Next.WITHDRAW),))
    return or_return(case, clauses, message("需要修改，请联系对方退回"))


def or_return(case: Case, clauses: tuple[Message, ...], ask: Message) -> Told:
    """Whose own desk it lies on returns it; others *ask*. Nobody is sent to himself."""
    if my_task(case.seat, case.task) is None:
        return Told((*clauses, ask))
    how = message("它正在您的桌上，需要修改时您可以退回给填报人")
    return Told((*clauses, how), (Lead(Next.RETURN),))


def takes_back(case: Case) -> bool:
    """Whether the actor could withdraw the file now."""
    may = case.actor.can(Permission.SUBMIT)
    return may and may_withdraw(case.session, case.actor, case.header.id)


def fills_in(case: Case) -> bool:
    """Whether the file is the actor's to fill in: the own one, or one of the own school."""
    own = case.actor.teacher_id is not None and case.actor.teacher_id == case.header.id
    return own or case.seat.holds(case.header.unit_id, Permission.RECORD_SUPPLEMENT)


def only_in_force(case: Case) -> bool:
    """Whether all of it is approved and nothing waits to be sent in."""
    header = case.header
    return header.in_force and not with_drafts(case.session, case.actor, [header])


def with_fillers(case: Case) -> Message:
    """Whose turn it is while nothing is under review."""
    return message("由%(who)s填写并报送后才进入审核", who=case.fills())


def by_change(case: Case) -> Message:
    """How what is in force is put right."""
    return message("内容有误，请由%(who)s提出变更申请", who=case.school)
