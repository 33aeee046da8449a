"""Section 11, achievements: awards, and prizes of guided students."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, HE, MONTH, Department, Routed, Routing, code, field, text, when
from tms.models.record import SectionRecord
from tms.models.sections.achievements.common import achievement

AN_AWARD = when("award_type != '0'")
NO_AWARD = when("award_type == '0'")


class Award(SectionRecord):
    """Awards for research and teaching."""

    __tablename__ = "award"
    __dictionary__ = achievement(
        "奖励",
        "Awards",
        min_records={HE: 1},
        none_record=("award_type", "0"),
        natural_key=("award_name", "award_month"),
        order_by=("award_month",),
        reviewer=Routing(
            (Department.RESEARCH,),
            (
                Routed(
                    "award_type in ['2','21','22','29'] and is_graduate_teaching != '1'",
                    (Department.ACADEMIC_AFFAIRS,),
                    "教学成果奖（研究生教学除外）",
                    "teaching-achievement awards, not for graduate teaching",
                ),
                Routed(
                    "award_type in ['2','21','22','29'] and is_graduate_teaching == '1'",
                    (Department.GRADUATE_SCHOOL,),
                    "研究生教学成果奖",
                    "graduate teaching-achievement awards",
                ),
            ),
        ),
        note=(
            "Teaching-achievement awards are reviewed by 教务处 (undergraduate) or 研究生院 "
            "(graduate), all others by 科研处 [seed0 二.3, 二.4]. The flag "
            "is_graduate_teaching is ours [assumption]."
        ),
    )

    award_type: Mapped[str | None] = field(
        "奖励类别", "award type", code("award_type"), required=ALWAYS
    )
    is_representative: Mapped[str | None] = field(
        "是否是代表性成果和项目",
        "representative achievement",
        code("yes_no"),
        forbidden=NO_AWARD,
        default="0",
    )
    award_month: Mapped[str | None] = field(
        "获奖年月", "month of award", MONTH, required={HE: AN_AWARD}, forbidden=NO_AWARD
    )
    award_name: Mapped[str | None] = field(
        "奖励名称", "award name", text(100), required=AN_AWARD, forbidden=NO_AWARD
    )
    award_level: Mapped[str | None] = field(
        "奖励等级", "award class", code("award_level"), required={HE: AN_AWARD}, forbidden=NO_AWARD
    )
    other_level: Mapped[str | None] = field(
        "奖励其他等级",
        "other class",
        text(40),
        required=when("award_level == '9'"),
        forbidden=when("award_level != '9'"),
    )
    rank: Mapped[str | None] = field(
        "本人排名", "own rank", code("personal_rank"), required={HE: AN_AWARD}, forbidden=NO_AWARD
    )
    award_country: Mapped[str | None] = field(
        "授奖国家(地区)",
        "awarding country",
        code("country"),
        required={HE: AN_AWARD},
        forbidden=NO_AWARD,
        default="156",
    )
    award_unit: Mapped[str | None] = field(
        "授奖单位", "awarding unit", text(100), required={HE: AN_AWARD}, forbidden=NO_AWARD
    )
    is_graduate_teaching: Mapped[str | None] = field(
        "是否研究生教学成果",
        "concerns graduate teaching",
        code("yes_no"),
        forbidden=when("award_type not in ['2','21','22','29']"),
        applies_to=(HE,),
        default="0",
        note="Only for routing; not in the national indicator set.",
        source="[assumption]",
    )


A_PRIZE = when("award_name != '无'")
NO_PRIZE = when("award_name == '无'")


class StudentAward(SectionRecord):
    """Prizes that guided students won."""

    __tablename__ = "student_award"
    __dictionary__ = achievement(
        "指导学生参加竞赛获奖情况",
        "Prizes won by guided students",
        none_record=("award_name", "无"),
        natural_key=("award_name", "award_month"),
        order_by=("award_month",),
    )

    award_name: Mapped[str | None] = field("奖励名称", "award name", text(100), required=ALWAYS)
    is_representative: Mapped[str | None] = field(
        "是否是代表性成果和项目",
        "representative achievement",
        code("yes_no"),
        forbidden=NO_PRIZE,
        default="0",
    )
    role: Mapped[str | None] = field(
        "本人角色", "own role", code("guidance_role"), required={HE: A_PRIZE}, forbidden=NO_PRIZE
    )
    award_level: Mapped[str | None] = field(
        "获奖等级", "class of prize", text(40), required={HE: A_PRIZE}, forbidden=NO_PRIZE
    )
    award_month: Mapped[str | None] = field(
        "获奖年月", "month of prize", MONTH, required={HE: A_PRIZE}, forbidden=NO_PRIZE
    )
    work_description: Mapped[str | None] = field(
        "本人工作描述",
        "description of own work",
        text(500),
        required={HE: A_PRIZE},
        forbidden=NO_PRIZE,
    )
