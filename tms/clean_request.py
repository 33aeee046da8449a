"""Requests without NUL: no text has any, and PostgreSQL refuses what has (S10)."""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

Values = MultiDict[str, str]


class CleanRequest(Request):
    """Arguments and forms as they were sent, NUL characters left out."""

    @cached_property
    def args(self) -> Values:
        """The address's arguments."""
        return _without_nul(super().args)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        self.__dict__["form"] = _without_nul(self.__dict__["form"])


def _without_nul(values: Any) -> Values:
    pairs = values.items(multi=True)
    return ImmutableMultiDict(
        [(key.replace("\0", ""), each.replace("\0", "")) for key, each in pairs]
    )
