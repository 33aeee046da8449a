"""A school's file as a plain thing: what DOMAIN.md 5 says of it, written down a second time.

It knows nothing of tables, tasks or statements, so that the engine can be held against it.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

DRAFT, IN_REVIEW, IN_FORCE = "draft", "in_review", "in_force"
STEPS = ("supplement", "head", "report", "approve")
LABELS = dict(zip(STEPS, ("submitted", "submitted", "school_passed", "reported"), strict=True))
#: Who holds the desk of a step.
HOLDERS = {
    "supplement": {"school_info"},
    "head": {"school_head"},
    "report": {"school_head", "school_info"},
    "approve": {"county_info"},
}
#: A change request, as what travels.
REQUEST = ("change_request", 0)
Key = tuple[str, int]


@dataclass
class Note:
    """What a return names: a row and perhaps a field; or everything."""

    key: Key | None = None
    field: str | None = None
    filler: str = ""


@dataclass
class Verdict:
    """The last verdict, and how everything was before it."""

    act: str
    name: str
    step: str
    passed: bool
    before: File
    mended: bool = False


@dataclass
class File:
    """One file of a primary school."""

    id: int
    #: {(table, row): state}, and which of the tables teachers fill.
    rows: dict[Key, str] = field(default_factory=dict)
    by_teacher: frozenset[str] = frozenset()
    complete: bool = False
    ever: bool = False
    frozen: str | None = None
    #: Whether a bureau lets the teacher propose a change of the major.
    reopened: bool = False
    #: The change request under way: its status, the value it wants and who made it.
    request: str | None = None
    wanted: str = ""
    maker: str = ""
    major: str = ""
    # -- the submission
    number: int = 0
    open: bool = False
    returned: bool = False
    step: str = ""
    round: int = 0
    sender: str = ""
    decided: int = 0
    seen: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    #: {what travels: the round in which it came in}, {step: the round it passed}
    came: dict[Key, int] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)
    #: Notes, what travelled and who had passed before it was last sent in.
    before: tuple[Any, ...] = ()
    verdict: Verdict | None = None

    @property
    def label(self) -> str:
        """What the header says."""
        if self.open:
            return "returned" if self.returned else LABELS[self.step]
        return "approved" if self.ever else "draft"

    @property
    def under_way(self) -> bool:
        return self.open and not self.returned

    def drafts(self, by: str) -> set[Key]:
        """What *by* (a teacher, or the school for both) has to send in."""
        every = {key for key, state in self.rows.items() if state == DRAFT}
        mine = {key for key in every if by != "teacher" or key[0] in self.by_teacher}
        if self.request == DRAFT and by in ("school", self.maker):
            mine.add(REQUEST)
        return mine

    def ask_for(self, major: str, maker: str) -> None:
        """A change of what is in force."""
        self.request, self.wanted, self.maker = DRAFT, major, maker

    # -- writing -----------------------------------------------------------------------------------

    def writable(self, key: Key, name: str | None) -> bool:
        """Whether a teacher may write the field *name* of a row (None: delete the row)."""
        here = [note.field for note in self.notes if note.key in (None, key)]
        free = not self.open or not here or None in here or name in here
        return not self.frozen and self.rows.get(key) == DRAFT and free

    def touched(self, key: Key) -> None:
        """A row was written: one that had been sent in is being mended."""
        if self.verdict and key in self.came:
            self.verdict.mended = True

    def deleted(self, key: Key) -> None:
        self.touched(key)
        del self.rows[key]
        if self.open and key in self.came:
            self.came[key] = self.round + self.returned
            if self.returned and not self._travelling():
                self.open = self.returned = False
                self.step, self.notes = "", []

    def _travelling(self) -> set[Key]:
        return {key for key in self.came if key in self.rows or key == REQUEST}

    # -- sending in --------------------------------------------------------------------------------

    def may_submit(self, by: str) -> bool:
        answers = self.returned and (
            by != "teacher" or not self.notes or any(n.filler != "school" for n in self.notes)
        )
        something = bool(self.drafts(by)) or answers
        return self.complete and not self.frozen and not self.under_way and something

    def submit(self, by: str) -> None:
        if not self.open:
            self.number, self.round = self.number + 1, 0
            self.came, self.passed, self.notes, self.seen = {}, {}, [], set()
        self.before = deepcopy((self.notes, self.came, self.passed))
        self.open, self.returned, self.sender, self.decided = True, False, by, 0
        self.round += 1
        for key in self.came:
            if self.rows.get(key) == DRAFT:
                self.came[key] = self.round
        self._join(by)
        self._onward(0, own=by == "school")

    def _join(self, by: str) -> None:
        for key in self.drafts(by):
            self.came[key] = self.round
            if key == REQUEST:
                self.request = IN_REVIEW
            else:
                self.rows[key] = IN_REVIEW
        self.notes = [n for n in self.notes if by == "teacher" and n.filler == "school"]

    def _onward(self, first: int, *, own: bool = False) -> None:
        for step in STEPS[first:]:
            unmended = step == "supplement" and self.notes
            if self.passed.get(step, 0) >= max(self.came.values()) and not unmended:
                continue
            if own and step == "supplement":
                self.passed[step] = self.round
                continue
            self.step = step
            self.seen.discard(step)
            return
        self._in_force()

    def _in_force(self) -> None:
        self.rows = {k: IN_FORCE if s == IN_REVIEW else s for k, s in self.rows.items()}
        if self.request == IN_REVIEW:
            self.request, self.major = None, self.wanted
        self.open, self.ever, self.step = False, True, ""

    def may_withdraw(self, by: str) -> bool:
        untouched = not self.decided and self.step not in self.seen
        return self.under_way and not self.frozen and by == self.sender and untouched

    def withdraw(self) -> None:
        first = self.round == 1
        back = {key for key in self.came if first or self.came[key] == self.round}
        for key in back:
            if self.rows.get(key) == IN_REVIEW:
                self.rows[key] = DRAFT
            if key == REQUEST and self.request == IN_REVIEW:
                self.request = DRAFT
        notes, came, self.passed = deepcopy(self.before)
        self.open, self.returned, self.step = not first, not first, ""
        self.notes = [] if first else notes
        self.came = {} if first else {k: v for k, v in self.came.items() if k in came}

    # -- verdicts ----------------------------------------------------------------------------------

    def on_desk(self, name: str, verb: str = "") -> bool:
        """Whether the file waits for *name* (to do *verb*)."""
        verbs = {"report"} if self.step == "report" else {"pass"}
        mine = self.under_way and name in HOLDERS[self.step]
        return mine and (not verb or verb in verbs)

    def _decide(self, act: str, name: str, *, passed: bool) -> None:
        before = deepcopy(self)
        before.verdict = None
        self.verdict = Verdict(act, name, self.step, passed, before)
        self.decided += 1

    def pass_on(self, act: str, name: str) -> None:
        self._decide(act, name, passed=True)
        self.passed[self.step] = self.round
        if self.step == "supplement":
            for key in self.came:
                if self.rows.get(key) == DRAFT:
                    self.came[key] = self.round
            self._join("school")
        self._onward(STEPS.index(self.step) + 1)

    def give_back(self, act: str, name: str, note: Note) -> None:
        self._decide(act, name, passed=False)
        for key, state in self.rows.items():
            if state == IN_REVIEW and note.key in (None, key):
                self.rows[key] = DRAFT
        if self.request == IN_REVIEW and note.key is None:
            self.request = DRAFT
        self.notes.append(note)
        self.returned, self.step = True, ""

    def may_undo(self, name: str) -> bool:
        found = self.verdict
        if found is None or name not in HOLDERS[found.step]:
            return False
        if self.number != found.before.number or self.round != found.before.round:
            return False
        if not found.passed:
            return self.returned and not found.mended
        return self.request is None if found.step == STEPS[-1] else self.open

    def undo(self) -> None:
        """As before the verdict, but for what came since."""
        assert self.verdict is not None
        was = self.verdict.before
        for key in self.rows:
            self.rows[key] = was.rows.get(key, self.rows[key])
        if was.request is not None:
            self.request, self.major = was.request, was.major
        for name in ("open", "returned", "step", "ever", "decided", "notes", "came", "passed"):
            setattr(self, name, deepcopy(getattr(was, name)))
        self.seen &= {self.step} & was.seen
        self.verdict = None
