"""Filters that find nothing whatever the list holds: said, so that nobody trusts an empty list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tms.admin_views.asked import Asked
from tms.admin_views.columns import Filter
from tms.i18n import gettext as _

FROM, TO = "_from", "_to"


def unclear(offered: Sequence[Filter], asked: Asked) -> list[str]:
    """A sentence for each value that makes no sense and each beginning after its end."""
    known = {each.key: each for each in offered}
    given = {key: text for key, text in asked.filters.items() if key in known}
    senseless = [key for key, text in given.items() if known[key].condition(text) is None]
    said = [_sentence(known[key], given[key]) for key in senseless]
    return [*said, *(_backwards(known[key]) for key in _pairs(given) if key not in senseless)]


def _sentence(filter_: Filter, text: str) -> str:
    why = filter_.unknown or _("认不出这个值。")
    return _("%(label)s“%(text)s”：%(why)s", label=filter_.label, text=text, why=why)


def _backwards(filter_: Filter) -> str:
    return _("“%(label)s”晚于截止，找不到任何记录。", label=filter_.label)


def _pairs(given: dict[str, str]) -> Iterator[str]:
    """Keys of beginnings after their ends: dates, months and years compare as they are written."""
    for key, text in given.items():
        end = given.get(key.removesuffix(FROM) + TO) if key.endswith(FROM) else None
        if end is not None and len(text) == len(end) and text > end:
            yield key
