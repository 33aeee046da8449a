"""What a check finds, and the words for what the engine itself asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tms.dictionary.fields import Field
from tms.dictionary.terms import Filler
from tms.dictionary.words import FORMS, MESSAGES

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, by which rule, in both languages, whose to mend."""

    table: str
    #: Id of the row; None where a record is missing or a rule concerns the whole section.
    record: Any
    field: str | None
    rule: str
    severity: Severity
    zh: str
    en: str
    filler: Filler
    #: The fields of the table that the question looks at.
    fields: tuple[str, ...] = ()

    def message(self, lang: str = "zh") -> str:
        """The sentence in "zh" or "en"."""
        return self.en if lang == "en" else self.zh


def words(rule: str, labelled: Any, **more: Any) -> tuple[str, str]:
    """The sentences of an engine's rule about a field or table."""
    if isinstance(labelled, Field):
        more["form_zh"], more["form_en"] = FORMS[labelled.kind]
        more |= {name: getattr(labelled, name) for name in ("length", "minimum", "maximum")}
    zh, en = MESSAGES[rule]
    values = {"zh": labelled.zh, "en": labelled.en, **more}
    return zh.format(**values), en.format(**values)
