"""How the fields of an open form stand, in words: for the page, and for the script on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tms.access import Actor, policy
from tms.admin_views.forms import RecordForm
from tms.admin_views.labels import shown
from tms.dictionary import Category, FieldState, Finding, Table
from tms.dictionary import stored as as_stored
from tms.dictionary.live import Name
from tms.i18n import gettext as _
from tms.i18n import lang, listed
from tms.models import TABLES

#: A longer value is no reason anybody reads.
LONGEST = 24


@dataclass(frozen=True)
class Said:
    """One sentence at a field."""

    severity: str
    text: str
    #: The fields it looks at.
    fields: tuple[str, ...] = ()
    #: The door says it, not the dictionary: it stays until the field is touched.
    by_server: bool = False
    #: It stopped the save.
    stops: bool = False

    def plain(self) -> dict[str, Any]:
        """As the script takes it."""
        return {"severity": self.severity, "text": self.text, "fields": list(self.fields)}


@dataclass(frozen=True)
class Shown:
    """One field of the page."""

    required: bool
    forbidden: bool
    options: tuple[str, ...] | None
    #: Which values decide that it is asked for, or not.
    why: str
    #: Which values decide what it offers.
    narrowed: str
    said: tuple[Said, ...]

    def plain(self) -> dict[str, Any]:
        """As the script takes it."""
        return {
            "shown": not self.forbidden,
            "required": self.required,
            "forbidden": self.forbidden,
            "options": None if self.options is None else list(self.options),
            "why": self.why,
            "narrowed": self.narrowed,
            "findings": [each.plain() for each in self.said if not each.by_server],
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
        row = {"findings": [each.plain() for each in self.row]}
        return {key: each.plain() for key, each in self.fields.items()} | {"": row}

    @property
    def stops(self) -> list[tuple[str, Said]]:
        """The sentences that stopped the save, each with the key of its field."""
        return [(key, s) for key, each in self.fields.items() for s in each.said if s.stops]

    def without_findings(self) -> FormStates:
        """Of a form that nobody has typed into yet: an empty field is no mistake."""
        return FormStates({key: replace(each, said=()) for key, each in self.fields.items()})


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
        refused = {str(error) for error in errors}
        found = tuple(replace(s, stops=s.text in refused) for s in map(_said, state.findings))
        more = sorted(refused - {each.text for each in found})
        by_door = tuple(Said("error", text, by_server=True, stops=True) for text in more)
        return Shown(
            required=state.required,
            forbidden=state.forbidden,
            options=state.options,
            why=self._condition(state),
            narrowed=self._narrowed(state),
            said=by_door + found,
        )

    def _condition(self, state: FieldState) -> str:
        """Why the field is asked for or not, by the values that decide it."""
        if not state.because:
            return ""
        known = {name: value for name in state.because if (value := self._value(name))}
        if not known or not (state.forbidden or state.required):
            return _("是否填写取决于%(names)s", names=_names(state.because))
        why = listed(
            _("“%(label)s”为“%(value)s”", label=_label(name), value=value)
            for name, value in known.items()
        )
        if state.forbidden:
            return _("因%(why)s，不用填写", why=why)
        return _("因%(why)s，须填写", why=why)

    def _narrowed(self, state: FieldState) -> str:
        if not state.narrowed_by or state.forbidden:
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
    return Said(finding.severity, finding.message(lang()), finding.fields)


def _label(name: Name) -> str:
    table, key = name
    return TABLES[table].dictionary.fields[key].label(lang())


def _names(names: Iterable[Name]) -> str:
    return listed(_("“%(label)s”", label=_label(name)) for name in names)
