"""The gate: no endpoint is open that no rule names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.applications import in_use, make
from tests.support.cast import Cast
from tests.test_auth import csrf, log_in
from tms import gate
from tms.access import Permission
from tms.admin_views.units import UnitView


@pytest.fixture
def application(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """One of our own: it gets an endpoint more."""
    yield from in_use(make(database_url, tmp_path / "instance"))


@pytest.fixture
def staff(application: Flask, cast: Cast) -> FlaskClient:
    """Somebody logged in, and an endpoint that forgot its rule."""
    cast.session.close()
    application.add_url_rule("/ruleless", "ruleless", lambda: "open", methods=["GET", "POST"])
    client = application.test_client()
    log_in(client, "province_admin")
    return client


def test_an_endpoint_without_a_rule_is_shut(staff: FlaskClient) -> None:
    token = csrf(staff, "/")

    assert staff.get("/ruleless").status_code == 403
    assert staff.post("/ruleless", data={"csrf_token": token}).status_code == 403


def test_with_a_rule_it_is_open_to_whom_that_allows(staff: FlaskClient) -> None:
    app = staff.application
    gate.declare(app, "ruleless", gate.needs(Permission.ACCOUNT_WRITE))
    mine = staff.get("/ruleless").status_code
    gate.declare(app, "ruleless", gate.needs(Permission.RECORD_WRITE))

    assert (mine, staff.get("/ruleless").status_code) == (200, 403)


def test_visitors_are_sent_to_the_login(application: Flask) -> None:
    client = application.test_client()

    for path in ("/", "/teacher/", "/import/", "/lookup/code/gender", "/teacher/ajax/lookup/"):
        answer = client.get(path)

        assert (answer.status_code, "/login?next=" in answer.location) == (302, True), path


def test_what_flask_admin_offers_beyond_ours_is_shut(staff: FlaskClient) -> None:
    token = csrf(staff, "/")
    form = {"csrf_token": token, "list_form_pk": "1", "name": "x", "action": "delete", "rowid": "1"}

    assert staff.get("/unit/ajax/lookup/?name=x").status_code == 403
    for path in ("/unit/ajax/update/", "/unit/action/", "/unit/delete/"):
        assert staff.post(path, data=form).status_code == 403, path


def test_what_is_not_there_stays_so(staff: FlaskClient) -> None:
    assert staff.get("/nothing").status_code == 404
    assert staff.get("/logout").status_code == 405


def test_every_rule_names_an_endpoint(application: Flask) -> None:
    endpoints = set(application.view_functions)

    assert gate.rules(application).keys() <= endpoints
    assert {"session.login", "lookup.unit", "unit.index_view"} <= gate.rules(application).keys()


def test_a_view_cannot_name_an_endpoint_it_has_not(
    application: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tms import create_app

    monkeypatch.setattr(UnitView, "GATES", {"no_view": "can_create"})

    with pytest.raises(LookupError, match="unit has no endpoint no_view"):
        create_app({"TESTING": True} | dict(application.config))
