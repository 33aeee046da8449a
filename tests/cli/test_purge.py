"""purge: what a timer calls every night."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import func, select

from tests.cli.test_commands import run
from tests.support.cast import Cast
from tests.support.holds import let_pass, put_away
from tms.access import CONSOLE, bind
from tms.models import Teacher
from tms.records.binned import KEPT


def files(cast: Cast) -> int:
    bind(cast.session, CONSOLE)
    found = cast.session.scalar(select(func.count()).select_from(Teacher)) or 0
    cast.session.close()
    return found


def test_only_what_is_over_goes(application: Flask, cast: Cast) -> None:
    old, fresh = cast.make_file(), cast.make_file()
    put_away(cast, old)
    let_pass(cast, "binned_file", "binned_at", KEPT)
    before = files(cast)

    code, out, err = run(application, "purge", "--json")
    put_away(cast, fresh)
    again = run(application, "purge")

    assert (code, err, json.loads(out)) == (0, "", {"purged": 1})
    assert again[:2] == (0, "已彻底删除 0 份到期档案\n")
    assert (before, files(cast)) == (2, 1)
