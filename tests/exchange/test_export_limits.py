"""What one may take out: rows an export and a day, and full numbers without a second person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.cli.test_commands import run
from tests.support.cast import Cast, complete
from tests.support.complete import ROWS
from tests.support.jobs import drain, job
from tms.access import CONSOLE, acting, bind
from tms.db import BLIND, db
from tms.dictionary import Category
from tms.dictionary.scope import today
from tms.errors import Conflict
from tms.exchange import export_table
from tms.exchange.export_asking import ask_for
from tms.exchange.template_jobs import ask_filled
from tms.exchange.wanted import FILES, Wanted
from tms.models import TABLES, AuditEvent, ExportTally
from tms.records import export_limits
from tms.records.export_limits import Amount, Denied, Limits, charge, is_alone, note_denied, used

PURPOSE = "核对社保名单"


@pytest.fixture
def few(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four rows an export, six a day, the numbers of two people alone."""
    monkeypatch.setattr(export_limits, "_limits", Limits(rows=4, rows_a_day=6, alone=2))


def export(cast: Cast, path: Path, name: str = "county_info", **how: Any) -> int:
    count = export_table(cast.session, cast.act_as(name), "teacher", path, **how)
    cast.session.commit()
    return count


def events(cast: Cast, act: str) -> list[Any]:
    with acting(cast.session, CONSOLE):
        wanted = select(AuditEvent.detail).where(AuditEvent.act == act).order_by(AuditEvent.id)
        return list(cast.session.scalars(wanted))


def taken(cast: Cast, name: str = "county_info") -> tuple[int, int]:
    amount = used(cast.session, cast.act_as(name))
    return amount.rows, amount.people


def test_the_usual_limits_let_a_county_work() -> None:
    usual, county = Limits(), 8000

    assert usual.rows > county * len(TABLES)
    assert usual.rows_a_day > 5 * county * len(TABLES)
    assert usual.alone < county


def test_an_export_of_too_many_rows_leaves_no_file(cast: Cast, few: None, tmp_path: Path) -> None:
    for _ in range(5):
        cast.make_file()

    with pytest.raises(Denied, match="一次最多导出4条，这里有5条"):
        export(cast, tmp_path / "a.csv")

    cast.session.rollback()
    assert not list(tmp_path.glob("*.csv"))
    assert taken(cast) == (0, 0)


def test_a_days_rows_are_counted_by_account(cast: Cast, few: None, tmp_path: Path) -> None:
    for _ in range(4):
        cast.make_file()
    export(cast, tmp_path / "a.csv")

    with pytest.raises(Denied, match="今天已导出4条，加上这次的4条"):
        export(cast, tmp_path / "b.csv")
    cast.session.rollback()
    other = export(cast, tmp_path / "c.csv", "county_query")

    assert other == 4
    assert (taken(cast), taken(cast, "county_query")) == ((4, 0), (4, 0))


def test_yesterdays_rows_do_not_count(cast: Cast, few: None, tmp_path: Path) -> None:
    for _ in range(4):
        cast.make_file()
    export(cast, tmp_path / "a.csv")
    earlier = update(ExportTally).values(day=today().replace(year=2020))
    cast.session.execute(earlier, execution_options=BLIND)
    cast.session.commit()

    assert export(cast, tmp_path / "b.csv") == 4


def test_splitting_an_export_does_not_save_the_second_person(
    cast: Cast, few: None, tmp_path: Path
) -> None:
    for _ in range(2):
        cast.make_file()
    export(cast, tmp_path / "a.csv", purpose=PURPOSE)

    with pytest.raises(Denied, match="须由另一人同意"):
        export(cast, tmp_path / "b.csv", purpose=PURPOSE)
    cast.session.rollback()

    assert taken(cast) == (2, 2)
    assert export(cast, tmp_path / "c.csv") == 2


def test_numbers_that_are_not_shown_are_nobodys(cast: Cast, few: None, tmp_path: Path) -> None:
    for _ in range(3):
        cast.make_file()
    table, actor = "basic_information", cast.act_as("county_info")

    export_table(cast.session, actor, table, tmp_path / "a.csv", only=["gender"], purpose=PURPOSE)

    assert used(cast.session, actor) == Amount(3, 0)


def test_what_was_agreed_to_is_not_counted_as_ones_own(cast: Cast, few: None) -> None:
    actor = cast.act_as("county_info")

    charge(cast.session, actor, Amount(3, 3, request=1))

    assert used(cast.session, actor) == Amount(3, 0)
    assert is_alone(cast.session, actor, Amount(2, 2))
    assert not is_alone(cast.session, actor, Amount(3, 3))


def test_the_console_is_not_held_to_it(cast: Cast, few: None) -> None:
    with acting(cast.session, CONSOLE):
        charge(cast.session, CONSOLE, Amount(100, 100))

        assert is_alone(cast.session, CONSOLE, Amount(100, 100))


def test_a_job_stops_at_the_most_and_leaves_an_event(cast: Cast, few: None, tmp_path: Path) -> None:
    ids = cast.make_files(2)
    whole = Wanted("teacher", FILES, ("basic_information", *ROWS), fmt="json")
    for teacher in ids:
        complete(cast, teacher)
    job_id = ask_for(cast.session, cast.act_as("county_info"), tmp_path, whole, ids)

    drain(cast.session, tmp_path)

    done = job(cast.session, job_id)
    assert (done.state, done.result) == ("failed", None)
    assert "一次最多导出4条" in done.error["msgid"] % done.error["params"]
    assert [each["why"] for each in events(cast, "export.denied")] == ["rows"]
    assert not events(cast, "export")


def test_a_job_of_many_numbers_is_not_begun_alone(cast: Cast, few: None, tmp_path: Path) -> None:
    ids = cast.make_files(3)
    actor = cast.act_as("county_info")

    with pytest.raises(Conflict, match="另一人同意"):
        ask_for(cast.session, actor, tmp_path, Wanted("teacher", purpose=PURPOSE), ids)


def test_two_at_once_do_not_pass_together(cast: Cast, few: None) -> None:
    actor = cast.act_as("county_info")
    assert is_alone(cast.session, actor, Amount(4))  # as both see it before either is recorded

    charge(cast.session, actor, Amount(4))
    with pytest.raises(Denied):
        charge(cast.session, actor, Amount(4))


def test_the_command_says_why_and_leaves_an_event(
    application: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_limits, "_limits", Limits(rows=1))
    for _ in range(2):
        cast.make_file()
    cast.session.close()

    words = ("teacher", "--as", "county_info", "-o", str(tmp_path / "a.csv"))
    code, _out, err = run(application, "export", *words)

    assert (code, list(tmp_path.glob("*.csv"))) == (1, [])
    assert "一次最多导出1条" in err
    assert [each["rows"] for each in events(cast, "export.denied")] == [2]


def test_a_denial_is_written_down(cast: Cast) -> None:
    actor = cast.act_as("county_info")
    denied = Denied(export_limits.message("不行"), "day", Amount(7, 3))

    note_denied(cast.session, actor, denied)
    cast.session.commit()

    assert events(cast, "export.denied") == [{"why": "day", "rows": 7, "people": 3}]


def test_a_filled_template_is_held_to_it_too(cast: Cast, few: None, tmp_path: Path) -> None:
    for _ in range(5):
        cast.make_file()
    actor, tables = cast.act_as("school_info"), ["basic_information"]
    job_id = ask_filled(cast.session, actor, tables, Category.PRIMARY_SECONDARY, "zh")

    drain(cast.session, tmp_path)

    done = job(cast.session, job_id)
    assert (done.state, done.result) == ("failed", None)
    assert [each["rows"] for each in events(cast, "export.denied")] == [5]


def test_of_many_at_once_only_as_many_pass_as_may(
    application: Flask, cast: Cast, few: None
) -> None:
    """Each in a connection of its own; whoever comes later waits, and then sees the sum."""
    actor = cast.act_as("county_info")
    cast.session.close()

    def take(_number: int) -> bool:
        with application.app_context():
            bind(db.session(), actor)
            try:
                charge(db.session(), actor, Amount(1))
                db.session.commit()
            except Denied:
                db.session.rollback()
                return False
            return True

    with ThreadPoolExecutor(10) as pool:
        passed = list(pool.map(take, range(10)))

    assert passed.count(True) == 6
    assert taken(cast) == (6, 0)
