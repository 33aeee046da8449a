"""Columns and filters as views declare them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tms.access import Actor, Permission, policy
from tms.dictionary import Category, Field
from tms.i18n import lang


@dataclass(frozen=True)
class State:
    """A cell that says a state: an icon and a word (tones: see templates/icons.html)."""

    tone: str
    text: Any
    #: Besides: a word with a lock.
    held: Any = ""


def everywhere(category: Category | None) -> bool:
    """A default column in schools of every category."""
    return True


def nowhere(category: Category | None) -> bool:
    """A column one has to ask for."""
    return False


@dataclass(frozen=True)
class Column:
    """One column of a list or line of a details page."""

    key: str
    label: Any
    #: From a row and its list's `Page`; lists that need more of a page extend it.
    show: Callable[[Any, Any], Any]
    #: Attribute to sort by; an encrypted value has none.
    sort: Any = None
    #: The dictionary's field it copies, which decides who may see it.
    field: Field | None = None
    #: The endpoint and id that the value leads to.
    link: Callable[[Any], tuple[str, int]] | None = None
    #: Where it stands on a narrow screen: who, unit, state, days; the rest folds away ("lo").
    place: str = "lo"
    #: Whether a list shows it unasked, by the school category the list is about (None: several).
    default: Callable[[Category | None], bool] = everywhere
    is_number: bool = False
    #: It tells of whole files: nothing for offices that read some sections only.
    whole: bool = False

    def visible(self, actor: Actor) -> bool:
        """Whether the role may see it."""
        return _may_see(actor, self.field, self.whole)


@dataclass(frozen=True)
class Filter:
    """One condition a list offers, sent as a plain query argument called *key*."""

    key: str
    label: Any
    #: Condition for a value; None where the value makes no sense.
    condition: Callable[[str], Any]
    #: (value, label) to choose from; None is free text.
    options: Callable[[], Sequence[tuple[str, Any]]] | None = None
    #: What completes the text (an address of `tms.admin_views.lookups`).
    lookup: str = ""
    field: Field | None = None
    permission: Permission | None = None
    placeholder: Any = ""
    #: Said of a value that makes no sense; else that it does not.
    unknown: Any = ""
    #: Carried by links, typed by nobody.
    hidden: bool = False
    #: The page says by itself that it is on.
    silent: bool = False
    #: Whether a tree of units helps to choose.
    tree: bool = False
    #: As a column's.
    whole: bool = False

    def visible(self, actor: Actor) -> bool:
        """Whether the role may ask by it: never by what it may not see (SECURITY.md S10)."""
        if self.permission is not None and not actor.can(self.permission):
            return False
        return _may_see(actor, self.field, self.whole)

    def drawn(self, value: str) -> Markup:
        """The options as HTML, *value* chosen; drawn once a language, since code tables stay."""
        name = (self.key, str(self.label), lang())
        if name not in _DRAWN:
            assert self.options is not None  # noqa: S101  the template asks
            pattern = Markup('<option value="{}">{}</option>')
            _DRAWN[name] = Markup("").join(pattern.format(*each) for each in self.options())
        mark = Markup('<option value="{}">').format(value)
        chosen = Markup('<option value="{}" selected>').format(value)
        return _DRAWN[name].replace(mark, chosen, 1)

    def words(self, value: str) -> str:
        """*value* as people read it."""
        options = self.options() if self.options else ()
        return str(next((label for option, label in options if str(option) == value), value))


#: Drawn options by filter and language.
_DRAWN: dict[tuple[str, str, str], Markup] = {}


def _may_see(actor: Actor, field: Field | None, whole: bool) -> bool:
    if whole and not actor.reads_whole_files:
        return False
    return field is None or (actor.can(Permission.RECORD_READ) and policy.may_see(actor, field))
