"""Form fields that WTForms has not, and choices from code tables."""

from __future__ import annotations

from typing import Any

from wtforms import SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from tms.admin_views.initials import initials
from tms.dictionary import Code, code_table
from tms.i18n import lang

#: A longer code table is typed with help, not chosen from.
MAX_OPTIONS = 300
#: More options than these are searched by typing.
FEW = 8
NONE = ("", "—")


def options(entries: list[Code]) -> list[tuple[str, str]]:
    """(code, "code-label") of what is still offered."""
    language = lang()
    return [(e.code, f"{e.code}-{e.label(language)}") for e in entries if not e.retired]


def searchable(entries: list[Code]) -> list[tuple[str, str, dict[str, str]]]:
    """As `options`, each with the initials it is found by."""
    language = lang()
    return [
        (e.code, f"{e.code}-{e.label(language)}", {"data-initials": initials(e.label(language))})
        for e in entries
        if not e.retired
    ]


def choices_of(table: str) -> list[tuple[str, str]]:
    """Nothing, or one code of *table*."""
    return [NONE, *options(list(code_table(table).entries))]


class LookupField(StringField):
    """Text that pickers.js completes from an address; takes codes, labels and "code-label"."""

    def __init__(self, *args: Any, lookup: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lookup = lookup
        self.table = lookup.rpartition("/code/")[2] if "/code/" in lookup else ""

    def _value(self) -> str:
        """A code is shown with its label."""
        text = str(self.data or "")
        entry = code_table(self.table).get(text) if self.table else None
        return f"{text}-{entry.label(lang())}" if entry else text

    def process_formdata(self, valuelist: list[str]) -> None:
        """The code that is meant, or the text as it is, to be complained about."""
        super().process_formdata([self._meant(text.strip()) for text in valuelist])

    def _meant(self, text: str) -> str:
        return (code_table(self.table).find(text) or text) if self.table else text


class CheckboxesField(SelectMultipleField):
    """Several of a few: boxes, which need neither a mouse nor a held key."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """The template sends an empty value along, so that "none" is said too.

        A form that sends nothing at all says nothing about the field.
        """
        if valuelist:
            super().process_formdata([value for value in valuelist if value])

    @property
    def is_long(self) -> bool:
        """Whether a box to search the options stands above them."""
        return len(self.choices) > FEW


def keep_current(field: Any) -> None:
    """A value that is no longer offered stays choosable: opening a form must not change it."""
    current = field.data if isinstance(field.data, list) else [field.data]
    known = {choice[0] for choice in field.choices}
    field.choices += [(code, code) for code in current if code and code not in known]
