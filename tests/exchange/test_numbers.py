"""正式标识码: a list that was confirmed outside makes temporary numbers official (R47)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from stdnum import luhn

from tests.exchange.sheets import csv_of
from tests.support.begin import begun
from tests.support.cast import Cast, complete, id_number
from tests.support.review import ask, bring
from tms.access import CONSOLE, acting
from tms.errors import NotAllowed
from tms.exchange import import_file
from tms.exchange.stages import FileRefused
from tms.models import AuditEvent, Teacher
from tms.records.numbers import problem
from tms.records.undo_act import files_of, undo_files

HEAD = ("临时标识码", "身份证件号码", "姓名", "正式标识码")


def official(serial: int) -> str:
    body = f"36{serial:014d}"
    return f"T{body}{luhn.calc_check_digit(body)}"


@pytest.fixture
def files(cast: Cast) -> list[int]:
    """Two files in force, and one that is not."""
    return begun(cast, two_in_force)


def two_in_force(cast: Cast) -> list[int]:
    made = cast.make_files(3)
    for teacher in made[:2]:
        complete(cast, teacher)
        bring(cast, teacher, "approve")
    return made


def numbers(cast: Cast, *teachers: int) -> list[tuple[str, str]]:
    columns = (Teacher.id, Teacher.teacher_no, Teacher.teacher_no_status)
    found = {row[0]: (row[1], row[2]) for row in ask(cast, select(*columns))}
    return [found[teacher] for teacher in teachers]


def take(cast: Cast, *rows: Any, name: str = "county_info", into: str | None = "number") -> Any:
    actor = cast.act_as(name)
    result = import_file(cast.session, actor, csv_of(HEAD, *rows), "确认表.csv", into=into)
    cast.session.commit()
    return result


def reasons(result: Any) -> list[str]:
    return [str(each.reason) for each in result.problems if each.severity == "error"]


def test_a_number_becomes_official_by_the_temporary_or_the_id_number(
    cast: Cast, files: list[int]
) -> None:
    ((temporary, status), _) = numbers(cast, *files[:2])
    assert status == "temporary"

    rows = [
        (temporary, "", "教师1", official(7)),
        ("", id_number(2), "", official(8)),
    ]
    result = take(cast, *rows, into=None)

    assert (result.changed, result.refused) == (2, 0), reasons(result)
    assert numbers(cast, *files[:2]) == [(official(7), "official"), (official(8), "official")]
    with acting(cast.session, CONSOLE):
        told = select(AuditEvent.detail).where(AuditEvent.act == "number")
        details = cast.session.scalars(told.order_by(AuditEvent.id)).all()
    assert details[0] == {"number": [temporary, official(7)]}
    again = take(cast, *rows)
    assert (again.unchanged, again.changed, again.refused) == (2, 0, 0), reasons(again)


def test_what_is_wrong_is_said_row_by_row(cast: Cast, files: list[int]) -> None:
    one, two, three = (number for number, _ in numbers(cast, *files))
    cast.make_file("3136000201")
    take(cast, (one, "", "", official(1)))
    wrong = official(9)[:-1] + str((int(official(9)[-1]) + 1) % 10)

    refused = {
        (official(1), "", "", official(2)): "已有正式标识码",
        (two, "", "", official(1)): "已属于另一份档案",
        (two, "", "", two): "以字母开头",
        (two, "", "", wrong): "校验位",
        (two, "", "", "X" + id_number(2) + "A"): "证件号码",
        (two, "", "", ""): "请填写“正式标识码”",
        (two, "", "别人", official(3)): "姓名与该号码的档案不一致",
        (three, "", "", official(3)): "尚未审核生效",
        ("L99000000000000000", "", "", official(3)): "没有这位教师",
        ("", id_number(4), "", official(3)): "没有这位教师",
        ("", "", "", official(3)): "请填写证件号码或个人标识码",
    }
    for row, reason in refused.items():
        found = reasons(take(cast, row))
        assert len(found) == 1, (row, found)
        assert reason in found[0]
    assert numbers(cast, files[1]) == [(two, "temporary")]


def test_one_number_is_one_persons_within_a_list_too(cast: Cast, files: list[int]) -> None:
    one, two = (number for number, _ in numbers(cast, *files[:2]))

    result = take(cast, (one, "", "", official(1)), (two, "", "", official(1)))
    twice = take(cast, (two, "", "", official(2)), ("", id_number(2), "", official(3)))

    assert (result.changed, result.refused) == (1, 1)
    assert "重复" in reasons(result)[0]
    assert twice.changed == 0, "the rows of one person wait for each other"
    assert "一人只能有一行" in reasons(twice)[0]


@pytest.mark.parametrize("name", ["school_info", "county_admin"])
def test_only_bureaus_do_it(cast: Cast, files: list[int], name: str) -> None:
    with pytest.raises(NotAllowed):
        take(cast, (numbers(cast, files[0])[0][0], "", "", official(1)), name=name)


def test_out_of_reach_is_not_there(cast: Cast, files: list[int]) -> None:
    row = (numbers(cast, files[0])[0][0], "", "", official(1))

    assert "没有这位教师" in reasons(take(cast, row, name="neighbour_info"))[0]


def test_a_list_without_its_column_is_refused(cast: Cast, files: list[int]) -> None:
    content = csv_of(("个人标识码", "姓名"), ("L1", "x"))

    with pytest.raises(FileRefused):
        import_file(cast.session, cast.act_as("county_info"), content, "x.csv", into="number")


def test_it_is_taken_back_where_nobody_went_on(cast: Cast, files: list[int]) -> None:
    before = numbers(cast, *files[:2])
    take(cast, *((n, "", "", official(i)) for i, (n, _) in enumerate(before)))
    with acting(cast.session, CONSOLE):
        told = select(AuditEvent.act_id).where(AuditEvent.act == "number")
        act_id = cast.session.scalars(told).first()
    actor = cast.act_as("county_info")

    chosen = files_of(cast.session, actor, str(act_id))
    how = {"act": "import.undo", "undo_id": "u" * 32}
    done = undo_files(cast.session, actor, str(act_id), chosen, **how)
    cast.session.commit()
    again = undo_files(cast.session, actor, str(act_id), chosen, **how)

    assert (done.changed, again.changed) == (2, 0)
    assert numbers(cast, *files[:2]) == before


def test_forms_of_numbers() -> None:
    assert problem(official(12)) is None
    assert problem("A1B2C3D4") is None, "others than ours are opaque"
    for number in ("", "T12", "L36000000000000012", "12345678", "ABC-12345", "A" * 25):
        assert problem(number) is not None, number
