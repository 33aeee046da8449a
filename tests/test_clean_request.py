"""NUL never reaches a page: no text has any, and PostgreSQL refuses what has."""

from __future__ import annotations

from flask import Flask, request

from tests.support.databases import on_sqlite


@on_sqlite
def test_arguments_and_forms_come_without(application: Flask) -> None:
    form = {"na\0me": "王\0一", "many": ["1", "\0002"]}

    with application.test_request_context("/?q=%00a&q=b%00", method="POST", data=form):
        assert request.args.getlist("q") == ["a", "b"]
        assert request.form["name"] == "王一"
        assert request.form.getlist("many") == ["1", "2"]
        assert request.values["q"] == "a"
