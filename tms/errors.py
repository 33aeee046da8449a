"""What the system refuses, as sentences a user can act on.

Inner layers raise one family, `TmsError`; they know neither HTTP nor the language of the reader.
The text is a Chinese message id with parameters; edges (views, command line) translate it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol


class Bilingual(Protocol):
    """A declaration with its label in both languages."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


class Term(str):
    """Chinese text that brings its English along: a label, or the words of a dictionary's rule."""

    en: str

    def __new__(cls, zh: str, en: str) -> Term:
        """*zh* to whoever knows no better, *en* to whoever asks for English."""
        made = super().__new__(cls, zh)
        made.en = en
        return made


def term(declared: Bilingual) -> Term:
    """The label of *declared* in both languages."""
    return Term(declared.zh, declared.en)


class Because(StrEnum):
    """The kinds of refusal: what decides says which it is, `tms.workflow.why` explains it."""

    #: The role never does this; a desk's verbs and the filling in of files are roles' (R13).
    ROLE = "role"
    # -- fields and rows
    NOT_YOURS = "not_yours"
    NOT_COLLECTED = "not_collected"
    DERIVED = "derived"
    IN_FORCE = "in_force"
    IN_REVIEW = "in_review"
    SUPPLEMENT_ONLY = "supplement_only"
    FLAGGED_ONLY = "flagged_only"
    ONE_ONLY = "one_only"
    BASIC = "basic"
    NOT_JUDGED = "not_judged"
    #: A row or a request was changed by somebody else meanwhile.
    MOVED = "moved"
    OUT_OF_REACH = "out_of_reach"
    # -- verbs
    NOT_SENT = "not_sent"
    ELSEWHERE = "elsewhere"
    INCOMPLETE = "incomplete"
    NOTHING = "nothing"
    #: Nothing of it is in force, or something is under way or waits to be sent in.
    NOT_AT_REST = "not_at_rest"
    OWN_WORK = "own_work"
    SEEN = "seen"
    SENT_BY_OTHERS = "sent_by_others"
    NO_VERDICT = "no_verdict"
    ACTED = "acted"
    SENT_AGAIN = "sent_again"
    MENDING = "mending"
    TOO_LATE = "too_late"
    MOVED_SINCE = "moved_since"
    # -- holds and requests
    FROZEN = "frozen"
    REQUEST_OPEN = "request_open"


@dataclass(frozen=True)
class Message:
    """A sentence to be translated later: Chinese message id and its ``%(name)s`` parameters.

    Parameters are data, or `Term` and `Message`, which are translated with the sentence.
    """

    msgid: str
    params: dict[str, Any] = field(default_factory=dict)
    #: Of a refusal: of which kind it is.
    kind: Because | None = field(default=None, compare=False)

    def because(self, kind: Because) -> Message:
        """The same sentence, as a refusal of that kind."""
        return replace(self, kind=kind)

    def __str__(self) -> str:
        return self.msgid % self.params if self.params else self.msgid


#: What is said to a user; the edges put it into the reader's language (`tms.i18n.say`).
Text = Message | Term
#: Puts texts into words; `str` says them in Chinese.
Say = Callable[[Message | str], str]


def message(msgid: str, **params: Any) -> Message:
    """Mark *msgid* for translation (babel extracts the first argument) and bind its parameters."""
    return Message(msgid, params)


class TmsError(Exception):
    """Base of everything the domain refuses."""

    status = 400

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text

    @property
    def kind(self) -> Because | None:
        """Of which kind the refusal is, where its text says so."""
        return self.text.kind if isinstance(self.text, Message) else None


class NotFound(TmsError):
    """There is no such thing, or it lies outside the actor's reach; the two look alike (S2)."""

    status = 404


class NotAllowed(TmsError):
    """The actor may see it but not do this."""

    status = 403


class Conflict(TmsError):
    """Somebody moved it first, or its state does not admit the act."""

    status = 409


class Invalid(TmsError):
    """What was given cannot be taken; carries the findings where there are any."""

    status = 422

    def __init__(self, text: Text, findings: list[Any] | None = None) -> None:
        super().__init__(text)
        self.findings = findings or []


class Busy(TmsError):
    """There is too much to do just now; the same may be asked again in a moment."""

    status = 503


class ScopeError(PermissionError):
    """A statement or a write that the session cannot confine to the actor's reach.

    A programming mistake or an attack, never a user's slip: it is logged and answered with 403.
    """
