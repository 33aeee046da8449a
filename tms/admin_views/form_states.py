"""How the fields of an open form stand, in words: for the page, and for the script on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from tms.access import Actor, policy
from tms.admin_views.forms import RecordForm
from tms.admin_views.labels import shown
from tms.dictionary import Category, FieldState, Finding, Table
from tms.dictionary import stored as as_stored
from tms.dictionary.live import Name
from tms.i18n import lang
from tms.models import TABLES

#: A longer value is no reason anybody reads.
LONGEST = 24


@dataclass(frozen=True)
class Said:
    """One sentence at a field."""

    severity: str
    text: str
    #: The door says it, not the dictionary: it stays until the field is touched.
    by_server: bool = False


@dataclass(frozen=True)
class Shown:
    """One field of the page."""

    required: bool
    forbidden: bool
    options: tuple[str, ...] | None
    why: str
    said: tuple[Said, ...]

    def plain(self) -> dict[str, Any]:
        """As the script takes it."""
        return {
            "shown": not self.forbidden,
            "required": self.required,
            "forbidden": self.forbidden,
            "options": None if self.options is None else list(self.options),
            "why": self.why,
            "findings": [
                {"severity": each.severity, "text": each.text}
                for each in self.said
                if not each.by_server
            ],
        }


@dataclass(frozen=True)
class FormStates:
    """All fields of a form, and what is wrong with the row as a whole."""

    fields: Mapping[str, Shown]
    row: tuple[Said, ...] = ()

    @property
    def count(self) -> int:
        """How many sentences there are."""
        return len(self.row) + sum(len(each.said) for each in self.fields.values())

    def plain(self) -> dict[str, Any]:
        """As the script takes it: by field; "" is the row."""
        row = [{"severity": each.severity, "text": each.text} for each in self.row]
        return {key: each.plain() for key, each in self.fields.items()} | {"": {"findings": row}}

    def without_findings(self) -> FormStates:
        """Of a form that nobody has typed into yet: an empty field is no mistake."""
        fields = {
            key: Shown(each.required, each.forbidden, each.options, each.why, ())
            for key, each in self.fields.items()
        }
        return FormStates(fields)


@dataclass(frozen=True)
class Words:
    """Puts the states of one row into the reader's language."""

    actor: Actor
    table: Table
    category: Category
    #: Near-canonical values of the row as typed.
    values: Mapping[str, Any]

    def form(
        self, form: RecordForm, states: Mapping[str, FieldState], row: Iterable[Finding]
    ) -> FormStates:
        """The states of the fields of *form*, with the errors that a save left at them."""
        fields = {
            key: self.field(states[key], form[key].errors) for key in form.declared if key in states
        }
        return FormStates(fields, tuple(_said(finding) for finding in row))

    def stored(self, states: Mapping[str, FieldState], row: Iterable[Finding]) -> FormStates:
        """The states of all fields of a row that no form shows."""
        fields = {key: self.field(state, ()) for key, state in states.items()}
        return FormStates(fields, tuple(_said(finding) for finding in row))

    def field(self, state: FieldState, errors: Iterable[str]) -> Shown:
        """One field; what the door refused and the dictionary finds too stands there once."""
        found = tuple(_said(finding) for finding in state.findings)
        known = {each.text for each in found}
        refused = tuple(Said("error", str(e), True) for e in errors if str(e) not in known)
        why = self._why(state)
        return Shown(state.required, state.forbidden, state.options, why, refused + found)

    def _why(self, state: FieldState) -> str:
        parts = [self._condition(state), self._narrowed(state)]
        return ("; " if lang() == "en" else "；").join(filter(None, parts))

    def _condition(self, state: FieldState) -> str:
        """Why the field is asked for or not, by the values that decide it."""
        if not state.because:
            return ""
        if not (state.forbidden or state.required) or not all(map(self._value, state.because)):
            return _("是否填写取决于%(names)s", names=_names(state.because))
        why = _join(
            _("“%(label)s”为“%(value)s”", label=_label(name), value=self._value(name))
            for name in state.because
        )
        return (
            _("因%(why)s，不用填写", why=why)
            if state.forbidden
            else _("因%(why)s，须填写", why=why)
        )

    def _narrowed(self, state: FieldState) -> str:
        if not state.narrowed_by:
            return ""
        names = _names(state.narrowed_by)
        if not state.options:
            return _("请先填写%(names)s", names=names)
        return _("按%(names)s列出选项", names=names)

    def _value(self, name: Name) -> str:
        """The deciding value as it is shown; nothing where it may not be, or is not at hand."""
        table, key = name
        field = TABLES[table].dictionary.fields[key]
        if table != self.table.key or field.encrypted or not policy.may_see(self.actor, field):
            return ""
        text = shown(field, as_stored(field, self.values.get(key)), self.category)
        return text if len(text) <= LONGEST else ""


def _said(finding: Finding) -> Said:
    return Said(finding.severity, finding.message(lang()))


def _label(name: Name) -> str:
    table, key = name
    return TABLES[table].dictionary.fields[key].label(lang())


def _names(names: Iterable[Name]) -> str:
    return _join(_("“%(label)s”", label=_label(name)) for name in names)


def _join(parts: Iterable[str]) -> str:
    return (", " if lang() == "en" else "、").join(parts)
