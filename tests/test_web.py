"""What every request and response has in common."""

from __future__ import annotations

from flask import Flask

from tests.support.cast import Cast, id_number
from tests.test_auth import log_in


def test_a_number_in_an_address_goes_no_further(application: Flask, cast: Cast) -> None:
    """S10: typed into a search box it must not reach the page's links."""
    cast.session.close()
    client = application.test_client()
    log_in(client, "school_info")

    answer = client.get("/teacher/", query_string={"search": id_number(5), "sort": "1"})
    page = client.get("/teacher/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/teacher/"
    assert "个人标识码查询" in page.text
    assert id_number(5) not in answer.text + page.text
