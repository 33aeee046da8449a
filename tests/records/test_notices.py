"""通知公告: said to all below a unit, seen by whom it is for, with who has read it (R48, R80)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.review import ask, enrol
from tms.access import unscoped
from tms.dictionary.scope import today
from tms.errors import Invalid, NotAllowed, NotFound, ScopeError
from tms.models import AuditEvent, Notice, NoticeRead
from tms.models.types import now
from tms.records.notices import current, note_read, publish, reached, seen_by, withdraw


def say(cast: Cast, name: str, title: str = "填报通知", **more: Any) -> int:
    values = {"title": title, "text": "请于月底前完成。", "audience": "all"}
    values |= {"starts_on": today(), "ends_on": None} | more
    made = publish(cast.session, cast.act_as(name), values)
    cast.session.commit()
    return made


def titles(cast: Cast, name: str) -> list[str]:
    return [each.title for each in current(cast.session, cast.act_as(name))]


def found(cast: Cast, name: str, notice: int) -> Notice | None:
    cast.act_as(name)
    return cast.session.scalar(select(Notice).where(Notice.id == notice))


@pytest.fixture
def teacher(cast: Cast) -> str:
    """A teacher of the primary school."""
    enrol(cast, cast.make_file())
    return "teacher"


def test_units_below_see_it_and_no_others(cast: Cast, teacher: str) -> None:
    say(cast, "county_info", "县里的")
    say(cast, "school_info", "学校的")
    say(cast, "province_info", "省里的")

    assert set(titles(cast, teacher)) == {"县里的", "学校的", "省里的"}
    assert set(titles(cast, "kindergarten_info")) == {"县里的", "省里的"}
    assert set(titles(cast, "neighbour_info")) == {"省里的"}
    assert set(titles(cast, "county_query")) == {"县里的", "省里的"}, "not what is said below"
    assert titles(cast, "province_admin") == ["省里的"]


def test_it_is_for_whom_it_is_for_while_it_is_out(cast: Cast, teacher: str) -> None:
    yesterday, tomorrow = today() - timedelta(days=1), today() + timedelta(days=1)
    say(cast, "county_info", "给教师", audience="teachers")
    say(cast, "county_info", "给管理员", audience="info_admins")
    say(cast, "county_info", "给管理人员", audience="staff")
    say(cast, "county_info", "已过", starts_on=yesterday - timedelta(days=9), ends_on=yesterday)
    say(cast, "county_info", "未到", starts_on=tomorrow)
    say(cast, "county_info", "今天止", ends_on=today())

    assert set(titles(cast, teacher)) == {"给教师", "今天止"}
    assert set(titles(cast, "school_info")) == {"给管理员", "给管理人员", "今天止"}
    assert set(titles(cast, "school_head")) == {"给管理人员", "今天止"}
    actor = cast.act_as(teacher)
    listed = set(cast.session.scalars(select(Notice.title).where(seen_by(actor))))
    assert listed == {"给教师", "已过", "今天止"}
    own = cast.act_as("county_info")
    assert len(cast.session.scalars(select(Notice.id).where(seen_by(own))).all()) == 6


def test_what_was_read_is_known_until_it_changes(cast: Cast, teacher: str) -> None:
    made, other = say(cast, "school_info"), say(cast, "school_info", "另一条")
    for _ in range(2):
        notice = found(cast, "school_head", made)
        assert notice is not None
        note_read(cast.session, cast.staff["school_head"], notice)
        cast.session.commit()

    told = current(cast.session, cast.act_as("school_head"))
    assert [(each.id, each.is_read) for each in told] == [(other, False), (made, True)]
    assert not any(each.is_read for each in current(cast.session, cast.act_as(teacher)))
    notice = found(cast, "school_info", made)
    assert notice is not None
    assert reached(cast.session, notice) == (1, 4)
    values = {"title": notice.title, "text": "改了", "audience": "all"}
    values |= {"starts_on": notice.starts_on, "ends_on": None}
    publish(cast.session, cast.act_as("school_info"), values, notice)
    cast.session.commit()
    assert not any(each.is_read for each in current(cast.session, cast.act_as("school_head")))


def test_only_its_own_unit_changes_or_withdraws_it(cast: Cast) -> None:
    made = say(cast, "school_info")
    above = say(cast, "county_info")
    for name in ("school_info", "school_head"):
        notice = found(cast, name, above)
        assert notice is not None
        with pytest.raises(NotFound):
            withdraw(cast.session, cast.staff[name], notice)
    assert found(cast, "county_info", made) is None
    notice = found(cast, "school_head", made)
    assert notice is not None

    assert withdraw(cast.session, cast.staff["school_head"], notice)

    cast.session.commit()
    assert titles(cast, "school_info") == ["填报通知"], "the county's only"
    acts = ask(cast, select(AuditEvent.act).where(AuditEvent.act.startswith("notice")))
    assert [act for (act,) in acts] == ["notice.save", "notice.save", "notice.withdraw"]


@pytest.mark.parametrize("name", ["county_admin", "county_query", "auditor", "support"])
def test_others_publish_nothing(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        say(cast, name)


@pytest.mark.parametrize(
    "more",
    [
        {"title": " "},
        {"text": ""},
        {"audience": "nobody"},
        {"starts_on": None},
        {"ends_on": today() - timedelta(days=1)},
    ],
)
def test_what_is_missing_is_said(cast: Cast, more: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        say(cast, "school_info", **more)


def test_nobody_writes_for_a_superior_or_for_another_reader(cast: Cast) -> None:
    """The session itself refuses, below every function."""
    made = say(cast, "county_info")
    actor = cast.act_as("school_info")
    above = cast.units["360102"]
    forged = {"title": "x", "text": "x", "audience": "all", "starts_on": today()}
    cast.session.add(Notice(unit_id=above.id, unit_path=above.unit_path, **forged))
    with pytest.raises(ScopeError):
        cast.session.flush()
    cast.session.rollback()
    other = cast.staff["school_head"].user_id
    cast.session.add(NoticeRead(notice_id=made, user_id=other, edition=1, read_at=now()))
    with pytest.raises(ScopeError):
        cast.session.flush()
    cast.session.rollback()
    assert actor.user_id != other
    every = unscoped(select(NoticeRead.user_id), "a test")
    assert cast.session.scalars(every).all() == []
