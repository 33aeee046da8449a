"""What is written together, and the ids of acts."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tms.access import Actor
from tms.demo.files import File
from tms.demo.ids import Ids
from tms.demo.staff import Staff
from tms.models import Verdict
from tms.records.audit import event_base


@dataclass
class Batch:
    """What is written together."""

    staff: Staff
    seed: int
    ids: Ids
    rows: dict[Any, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    #: Events with and without rows differ in columns.
    filled: list[dict[str, Any]] = field(default_factory=list)
    acts: list[dict[str, Any]] = field(default_factory=list)

    def act_id(self, *words: object) -> str:
        """The same for everything that one act did."""
        text = "|".join(map(str, (self.seed, *words)))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def verdict_id(
        self, file: File, step: str, verdict: Verdict | None, desk: int, decided: datetime
    ) -> str:
        """One act decides all files of a school that lie on a desk at a time."""
        return self.act_id(step, verdict, file.teacher.school.id, desk, decided)


def event_of(file: File, actor: Actor, act: str, act_id: str, when: datetime) -> dict[str, Any]:
    return event_base(actor, act, act_id) | {
        "at": when,
        "unit_path": file.teacher.path,
        "teacher_id": file.id,
        "files": 1,
    }
