"""What wants a second factor shown within the last minutes: one table (SECURITY.md S18).

By endpoint; `*` is every grid. The function says whether this request is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import Request

#: Ticked by hand these are few; more are many, as what is chosen by a filter is.
FEW: Final = 100


def _always(request: Request) -> bool:
    return True


def _posted(request: Request) -> bool:
    return request.method == "POST"


def _takes_much(request: Request) -> bool:
    """Full numbers, or all that matches and not just what is on the screen."""
    form = request.form
    return "save" not in form and ("unmask" in form or form.get("rows") != "page")


def _decides_many(request: Request) -> bool:
    """A verdict that is confirmed, over all that matches or very many."""
    form = request.form
    many = form.get("pick") in ("all", "desk") or len(form.getlist("rowid")) > FEW
    return "confirmed" in form and many


def _resets(request: Request) -> bool:
    """New codes for those on the list; collecting and passing on gives nothing away."""
    return request.form.get("action") == "reset"


DELICATE: Final[Mapping[str, Callable[[Request], bool]]] = {
    # Who may do what.
    "account.create_view": _posted,
    "account.assign": _always,
    "account.release": _always,
    "account.reset": _always,
    "account.disable": _always,
    "account.unbind": _always,
    "account.expire": _always,
    "account.action_view": _always,
    "password_ask.action_view": _resets,
    "policy.save": _always,
    "me.factor": _posted,
    # What leaves the house.
    "reveal.index": _posted,
    "audit.take": _always,
    "*.export": _always,
    "*.export_run": _takes_much,
    "export_request.approve": _always,
    "export_request.start": _always,
    # What concerns many.
    "*.action_view": _decides_many,
    "bulk.apply_view": _always,
}

#: Of these the pages whose view tries what it does by `admin_views.attempts.attempt`, and shows
#: the form with what was typed where that did not go: whoever calls it off gets his form back.
FORMS: Final = frozenset(
    {
        *("account.create_view", "account.assign", "account.expire"),
        *("policy.save", "me.factor", "reveal.index"),
    }
)


def is_delicate(request: Request) -> bool:
    """Whether *request* is one of these."""
    view, _dot, name = (request.endpoint or "").partition(".")
    asked = DELICATE.get(f"{view}.{name}") or DELICATE.get(f"*.{name}")
    return asked is not None and asked(request)
