"""Why something cannot be taken back: a submission by who sent it in, a verdict by its desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import or_, select

from tms.access import Role
from tms.errors import Because, Message, message
from tms.models import AuditEvent, ReviewTask
from tms.workflow.case import Case, Lead, Next, Told
from tms.workflow.undo import HOURS, of_desk
from tms.workflow.ways_on import by_change, fills_in, only_in_force, or_return, with_fillers
from tms.workflow.whom import TEACHER, moment


def seen(case: Case) -> Told:
    """Somebody has opened or decided it."""
    submission = case.submission.id if case.submission else 0
    at = (ReviewTask.seen_at, ReviewTask.seen_by, ReviewTask.decided_at, ReviewTask.decided_by)
    statement = select(ReviewTask.desk_unit_id, ReviewTask.permission, *at).where(
        ReviewTask.submission_id == submission,
        or_(ReviewTask.seen_at.is_not(None), ReviewTask.decided_by != case.actor.user_id),
    )
    found = case.one(statement.order_by(ReviewTask.id.desc()))
    ask = message("需要修改，请联系对方退回")
    if found is None:
        why = message("审核人已经打开或处理了这份档案，不能再撤回")
        return or_return(case, (why,), ask)
    decided = found.decided_at is not None
    user = found.decided_by if decided else found.seen_by
    who = case.somebody(user, found.desk_unit_id, found.permission)
    if decided:
        why = message(
            "%(who)s已于%(at)s处理了这份档案，处理过就不能再撤回",
            who=who,
            at=moment(found.decided_at),
        )
    else:
        why = message(
            "%(who)s已于%(at)s打开了这份档案，审核人打开后就不能再撤回",
            who=who,
            at=moment(found.seen_at),
        )
    return or_return(case, (why,), ask)


def sent_by_others(case: Case) -> Told:
    """The other side sent it in."""
    submission = case.submission.id if case.submission else 0
    statement = select(AuditEvent.at, AuditEvent.role).where(
        AuditEvent.submission_id == submission,
        AuditEvent.teacher_id == case.header.id,
        AuditEvent.act == "submit",
    )
    found = case.one(statement.order_by(AuditEvent.id.desc()))
    by_teacher = found is not None and found.role == Role.TEACHER
    who = TEACHER if by_teacher else case.school
    why = message("这份档案由%(who)s报送，只有报送的一方可以撤回", who=who)
    return or_return(case, (why,), message("需要撤回，请联系对方"))


def not_to_withdraw(case: Case) -> Told:
    """Nothing is on its way, or a part was returned while others go on reviewing theirs."""
    if case.is_returned:
        return _returned(case)
    why = message("这份档案没有正在审核的报送，没有可以撤回的")
    if only_in_force(case):
        return Told((why, by_change(case)))
    if fills_in(case):
        return Told((why, message("现在可以直接填写和修改草稿")))
    return Told((why, with_fillers(case)))


def _returned(case: Case) -> Told:
    mine = fills_in(case)
    if case.task is None:
        why = message("这份档案没有正在审核的报送，没有可以撤回的")
        then = message("它已退回修改，改好后请重新报送")
        others = message("它已退回修改，等%(who)s改好并重新报送", who=case.fills())
        return Told((why, then if mine else others))
    why = message("这份档案已退回修改，退回的部分没有可以撤回的，改好后请重新报送")
    others = message(
        "这份档案已退回修改，退回的部分没有可以撤回的，等%(who)s改好并重新报送", who=case.fills()
    )
    rest = message("其他部门继续审核各自的部分，正由%(where)s", where=case.where(case.task))
    return Told((why if mine else others, rest))


def no_verdict(case: Case) -> Told:
    """The desk has given none."""
    why = message("“%(unit)s”没有对这份档案作过可以撤销的裁定", unit=case.actor.unit_name)
    if case.task is None:
        return Told((why,))
    return Told((why, message("现在由%(where)s", where=case.where(case.task))))


def acted(case: Case) -> Told:
    """The next desk has decided since."""
    mine = case.one(_verdicts(case, of_desk(case.actor)))
    later = (ReviewTask.verdict.is_not(None), ReviewTask.id > (mine.id if mine else 0))
    found = case.one(_verdicts(case, *later))
    if found is None:
        return _mended(case, message("下一环节已经处理了这份档案，您的裁定不能再撤销"))
    who = case.somebody(found.decided_by, found.desk_unit_id, found.permission)
    why = message(
        "%(who)s已于%(at)s处理了这份档案，下一环节处理后，您的裁定不能再撤销",
        who=who,
        at=moment(found.decided_at),
    )
    return _mended(case, why)


def _mended(case: Case, why: Message) -> Told:
    """How something is put right that cannot be taken back."""
    if case.task is not None:
        return or_return(case, (why,), message("需要修改，请联系对方退回"))
    if case.is_returned:
        return Told((why, message("它已退回修改，等%(who)s改好并重新报送", who=case.fills())))
    return Told((why, by_change(case)))


def _verdicts(case: Case, *conditions: Any) -> Any:
    columns = ("id", "desk_unit_id", "permission", "decided_by", "decided_at")
    statement = select(*(getattr(ReviewTask, name) for name in columns))
    mine = (ReviewTask.teacher_id == case.header.id, *conditions)
    return statement.where(*mine).order_by(ReviewTask.decided_at.desc(), ReviewTask.id.desc())


def sent_again(case: Case) -> Told:
    """After the return it came in anew."""
    why = message("退回后填报人已经重新报送，原来的裁定不能再撤销")
    if case.task is None:
        return Told((why,))
    return Told((why, message("现在由%(where)s", where=case.where(case.task))))


def mending(case: Case) -> Told:
    """Whoever fills it in has begun."""
    why = message("退回后填报人已经开始修改，所以退回不能再撤销")
    return Told((why, message("等%(who)s改好并重新报送后，再审核一次", who=case.fills())))


def too_late(case: Case) -> Told:
    """In force for longer than a verdict can be taken back."""
    found = case.one(_verdicts(case, of_desk(case.actor)))
    since = moment(found.decided_at) if found else ""
    why = message("这份档案已于%(at)s生效，生效超过%(n)d小时的裁定不能撤销", at=since, n=HOURS)
    return Told((why, by_change(case)), (Lead(Next.REOPEN),))


def moved_since(case: Case) -> Told:
    """Something changed what came in force."""
    why = message("裁定生效以后，这份档案又有了改动、新的报送或变更申请，所以裁定不能撤销")
    return Told((why, by_change(case)))


BACK: dict[Because, Callable[[Case], Told]] = {
    Because.SEEN: seen,
    Because.SENT_BY_OTHERS: sent_by_others,
    Because.NO_VERDICT: no_verdict,
    Because.ACTED: acted,
    Because.SENT_AGAIN: sent_again,
    Because.MENDING: mending,
    Because.TOO_LATE: too_late,
    Because.MOVED_SINCE: moved_since,
}
