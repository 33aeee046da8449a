"""Section 3: work experience (工作经历)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, MONTH, Rule, code, field, table, text, warning
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT


class WorkExperience(SectionRecord):
    """Employment from the first job to now; the present one has no end."""

    __tablename__ = "work_experience"
    __dictionary__ = table(
        "工作经历",
        "Work experience",
        exempt_person_kinds=STUDENT,
        min_records=1,
        natural_key=("unit_name", "start_month"),
        order_by=("start_month",),
        entry_range="from the first job to now",
        rules=(
            Rule(
                "W02",
                "count_open() > 1",
                "“至今”的工作经历只能有一条",
                "Only one post may last “until now”.",
            ),
            warning(
                "W03",
                "count_open() == 0 and basic_information.personnel_status < '300'",
                "缺少“至今”的工作经历",
                "A post that lasts “until now” is missing.",
            ),
            warning(
                "W04",
                "first_start() != basic_information.work_start_month",
                "首段工作经历与参加工作年月不一致",
                "The first post does not begin with the start of work in the basic information.",
            ),
            warning(
                "W05",
                "gap_months() > 3",
                "工作（学习）经历不连续",
                "There is a gap between the periods of work and study.",
                note="Continuity counts study_experience as filled time.",
            ),
        ),
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    unit_name: Mapped[str | None] = field(
        "任职单位名称", "employing unit", text(100), required=ALWAYS
    )
    start_month: Mapped[str | None] = field("任职开始年月", "start", MONTH, required=ALWAYS)
    end_month: Mapped[str | None] = field(
        "任职结束年月",
        "end",
        MONTH,
        rules=(
            Rule(
                "W01",
                "end_month < start_month",
                "结束年月不能早于开始年月",
                "The end must not be earlier than the start.",
            ),
        ),
        note="Empty = 至今 (now). cedu stars it, guides say the latest one stays empty.",
    )
    unit_nature: Mapped[str | None] = field(
        "单位性质类别", "nature of unit", code("unit_nature"), required=ALWAYS
    )
    position: Mapped[str | None] = field("任职岗位", "position held", text(60), required=ALWAYS)
    witness: Mapped[str | None] = field(
        "证明人", "witness", text(20), source="[found: tangmin721/cedu forms+templates]"
    )
