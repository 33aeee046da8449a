"""Section 4: post appointment (岗位聘任)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import (
    ALWAYS,
    HE,
    KG,
    MONTH,
    PS,
    SCHOOL,
    SE,
    SV,
    TEACHER,
    Department,
    Routed,
    Routing,
    Rule,
    choices,
    code,
    field,
    table,
    text,
    warning,
    when,
)
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT

#: Grades 1xx belong to teacher and other professional posts, 2xx to management, 3xx to workers.
GRADES = (
    "({0} in ['1','2'] and starts_with(code, ['1','9']))"
    " or ({0} == '3' and starts_with(code, ['2','9']))"
    " or ({0} == '4' and starts_with(code, ['3','9']))"
)


class PostAppointment(SectionRecord):
    """Posts held, from the state at first entry on."""

    __tablename__ = "post_appointment"
    __dictionary__ = table(
        "岗位聘任",
        "Post appointment",
        filled_by={KG: SCHOOL, PS: SCHOOL, SV: SCHOOL, SE: SCHOOL, HE: TEACHER},
        exempt_person_kinds=STUDENT,
        min_records=1,
        natural_key=("post_category", "start_month"),
        order_by=("start_month",),
        entry_range="from the current state on (从当前状态开始录入)",
        current_record="latest start_month",
        reviewer=Routing(
            (Department.HR,),
            (
                Routed(
                    (
                        "post_category == '3' or concurrent_post_category == '3'"
                        " or not contains_any(school_position, ['00'])"
                        " or party_admin_position_type not in ['', '00']"
                    ),
                    (Department.ORGANIZATION,),
                    "管理岗位（含兼任）、有校级职务或党政职务",
                    "management posts (also concurrent), leadership or Party positions",
                ),
            ),
        ),
        note=(
            "HE fields are not confirmed. At universities the teacher enters it [seed0 "
            "五A(二)1]; a row goes to the organisation department where management-post "
            "information is present [seed0 二.2]."
        ),
        source="[found: cedu; TypeScript schema]",
    )

    post_category: Mapped[str | None] = field(
        "岗位类别", "post category", code("post_category"), required=ALWAYS
    )
    post_level: Mapped[str | None] = field(
        "岗位等级",
        "post level",
        code("post_level"),
        required=ALWAYS,
        options_filter=GRADES.format("post_category"),
    )
    start_month: Mapped[str | None] = field(
        "聘任开始年月",
        "start of appointment",
        MONTH,
        required=ALWAYS,
        rules=(
            warning(
                "P01",
                "start_month < basic_information.work_start_month",
                "聘任开始年月不能早于参加工作年月",
                "The appointment must not begin before the start of work.",
            ),
        ),
    )
    has_concurrent_post: Mapped[str | None] = field(
        "是否兼任其他岗位", "holds a concurrent post", code("yes_no"), default="0"
    )
    concurrent_post_category: Mapped[str | None] = field(
        "兼任岗位类别",
        "concurrent post category",
        code("concurrent_post_category"),
        required=when("has_concurrent_post == '1'"),
        forbidden=when("has_concurrent_post != '1'"),
        rules=(
            Rule(
                "P02",
                "concurrent_post_category == post_category",
                "兼任岗位类别不能与岗位类别相同",
                "The concurrent post category must differ from the post category.",
            ),
        ),
    )
    concurrent_post_level: Mapped[str | None] = field(
        "兼任岗位等级",
        "concurrent post level",
        code("post_level"),
        required=when("has_concurrent_post == '1' and concurrent_post_category != '0'"),
        forbidden=when("has_concurrent_post != '1' or concurrent_post_category == '0'"),
        options_filter=GRADES.format("concurrent_post_category"),
    )
    school_position: Mapped[str | None] = field(
        "校级职务",
        "school leadership position",
        choices("school_position"),
        required=ALWAYS,
        default=("00",),
        rules=(
            Rule(
                "P03",
                "contains_any(school_position, ['00']) and count(school_position) > 1",
                "选择“00-无”时不能多选",
                "“00 None” excludes every other choice.",
            ),
        ),
    )
    school_position_start_month: Mapped[str | None] = field(
        "任职开始年月",
        "start of leadership position",
        MONTH,
        required=when("not contains_any(school_position, ['00'])"),
        forbidden=when("contains_any(school_position, ['00'])"),
    )
    is_double_shoulder: Mapped[str | None] = field(
        "是否双肩挑",
        "holds teaching and management posts at once",
        code("yes_no"),
        applies_to=(HE,),
        default="0",
        source="[knowledge, unverified]",
    )
    party_admin_position_type: Mapped[str | None] = field(
        "党政职务类别",
        "Party or administrative position",
        code("party_admin_position_type"),
        applies_to=(HE,),
        default="00",
        note="JY/T 1001 ZWLB",
        source="[knowledge, unverified]",
    )
    party_admin_position_name: Mapped[str | None] = field(
        "党政职务名称",
        "name of position",
        text(60),
        required=when("party_admin_position_type not in ['', '00']"),
        forbidden=when("party_admin_position_type in ['', '00']"),
        applies_to=(HE,),
        source="[knowledge, unverified]",
    )
    position_rank: Mapped[str | None] = field(
        "行政职务级别",
        "rank of position",
        code("position_rank"),
        required=when("post_category == '3'"),
        applies_to=(HE,),
        source="[knowledge, unverified]",
    )
    is_student_counsellor: Mapped[str | None] = field(
        "是否辅导员",
        "student counsellor",
        code("yes_no"),
        applies_to=(HE,),
        default="0",
        source="[knowledge, unverified]",
    )
