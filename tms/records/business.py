"""What the data are the basis for, and which tables each business asks for (R86, seed 五B(二))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tms.errors import Message, message


@dataclass(frozen=True)
class Business:
    """One business: what it is called, and what is looked at for it."""

    name: Message
    tables: tuple[str, ...]


_PERSON: Final = ("basic_information",)
_CAREER: Final = (*_PERSON, "study_experience", "work_experience")
_POSTS: Final = ("post_appointment", "professional_title_appointment")
_ACHIEVEMENTS: Final = (
    "project",
    "book",
    "paper",
    "award",
    "artwork",
    "patent",
    "report",
    "medicine_certificate",
    "standard",
    "student_award",
)
_CONDUCT: Final = ("annual_assessment", "professional_ethics")

#: In the order in which they are offered; a key stands on papers and is never used again.
BUSINESS: Final[dict[str, Business]] = {
    "qualification": Business(
        message("教师资格认定与注册"),
        (*_CAREER, "teacher_qualification", "professional_ethics", "skills_certificates"),
    ),
    "title": Business(
        message("职称评审"),
        (*_CAREER, *_POSTS, "teacher_qualification", *_CONDUCT, "teaching", *_ACHIEVEMENTS)
        + ("domestic_training", "overseas_training", "exchange_rotation"),
    ),
    "assessment": Business(
        message("考核"),
        (*_PERSON, *_POSTS, *_CONDUCT, "teaching", "domestic_training"),
    ),
    "honour": Business(
        message("评优评先"),
        (*_CAREER, *_POSTS, *_CONDUCT, "teaching", *_ACHIEVEMENTS, "talent_project"),
    ),
    "backbone": Business(
        message("骨干教师遴选"),
        (*_CAREER, *_POSTS, "teacher_qualification", *_CONDUCT, "teaching", *_ACHIEVEMENTS)
        + ("domestic_training", "skills_certificates", "exchange_rotation"),
    ),
    "talent": Business(
        message("人才项目申报"),
        (*_CAREER, *_POSTS, *_CONDUCT, *_ACHIEVEMENTS, "talent_project", "overseas_training"),
    ),
    "allowance": Business(
        message("津贴补贴发放"),
        (*_PERSON, *_POSTS, "remuneration", "annual_assessment", "exchange_rotation"),
    ),
}


def tables_of(business: str) -> Sequence[str] | None:
    """The tables that a sheet for *business* is made from; None for the form, which has all."""
    return BUSINESS[business].tables if business else None
