"""Section 9: professional ethics (师德信息)."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from tms.dictionary import (
    ALWAYS,
    DATE,
    HE,
    K12,
    MONTH,
    SCHOOL,
    SV,
    Expectation,
    Rule,
    Sensitivity,
    code,
    field,
    table,
    text,
    when,
)
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT

HONOURED = when("honor_level not in ['', '0']")
NOT_HONOURED = when("honor_level in ['', '0']")
NOT_PUNISHED = when("punishment_type == '0'")
PUNISHED = when("punishment_type != '0'")


class ProfessionalEthics(SectionRecord):
    """Assessments of ethics, honours and sanctions."""

    __tablename__ = "professional_ethics"
    __dictionary__ = table(
        "师德信息",
        "Professional ethics",
        filled_by=SCHOOL,
        exempt_person_kinds=STUDENT,
        sensitivity=Sensitivity.HIGH,
        min_records=1,
        natural_key=("assessment_month", "honor_title", "punishment_date"),
        order_by=("assessment_month",),
        campaign_rule=Expectation(
            ("assessment_month",),
            "last_full_year",
            "a record for the last full year is expected [assumption]",
        ),
        note="The first two required fields are not on the found university form (honours only).",
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    assessment_month: Mapped[str | None] = field(
        "师德考核时间",
        "month of ethics assessment",
        MONTH,
        required=dict.fromkeys(K12, ALWAYS),
        default="=current_month",
        rules=(
            Rule(
                "D01",
                "assessment_month > month(today())",
                "师德考核时间不能晚于当前年月",
                "The month of assessment must not be later than this month.",
            ),
        ),
        source="[found: cedu; TypeScript schema]",
    )
    conclusion: Mapped[str | None] = field(
        "师德考核结论",
        "ethics conclusion",
        code("ethics_conclusion"),
        required=dict.fromkeys(K12, ALWAYS),
        default="2",
        source="[found: cedu; TypeScript schema]",
    )
    assessing_unit: Mapped[str | None] = field(
        "师德考核单位名称",
        "assessing unit",
        text(100),
        required={SV: ALWAYS},
        source="[found: cedu; TypeScript schema]",
    )
    honor_level: Mapped[str | None] = field(
        "荣誉级别", "honour level", code("honor_level"), required={SV: ALWAYS, HE: ALWAYS}
    )
    honor_title: Mapped[str | None] = field(
        "获得荣誉称号",
        "honorary title",
        text(60, "honor_title"),
        required=HONOURED,
        forbidden=NOT_HONOURED,
        note="A code in the K-12 set, free text at universities.",
    )
    honor_date: Mapped[date | None] = field(
        "荣誉发生日期", "date of honour", DATE, required={HE: HONOURED}, forbidden=NOT_HONOURED
    )
    honor_description: Mapped[str | None] = field(
        "荣誉记录描述", "description of honour", text(200), forbidden=NOT_HONOURED
    )
    honor_unit: Mapped[str | None] = field(
        "荣誉授予单位名称",
        "awarding unit",
        text(100),
        required={HE: HONOURED},
        forbidden=NOT_HONOURED,
    )
    punishment_type: Mapped[str | None] = field(
        "处分类别",
        "type of sanction",
        code("punishment_type"),
        required=ALWAYS,
        sensitivity=Sensitivity.HIGH,
        default="0",
        source="[found: cedu; TypeScript schema]",
    )
    punishment_reason: Mapped[str | None] = field(
        "处分原因",
        "reason",
        code("punishment_reason"),
        required=PUNISHED,
        forbidden=NOT_PUNISHED,
        sensitivity=Sensitivity.HIGH,
        source="[found: cedu; TypeScript schema]",
    )
    punishment_occurred_date: Mapped[date | None] = field(
        "处分发生日期",
        "date of occurrence",
        DATE,
        required=PUNISHED,
        forbidden=NOT_PUNISHED,
        sensitivity=Sensitivity.HIGH,
        source="[found: cedu; TypeScript schema]",
    )
    punishment_description: Mapped[str | None] = field(
        "处分记录描述",
        "description",
        text(200),
        forbidden=NOT_PUNISHED,
        sensitivity=Sensitivity.HIGH,
        source="[found: cedu; TypeScript schema]",
    )
    punishment_unit: Mapped[str | None] = field(
        "处分单位名称",
        "sanctioning unit",
        text(100),
        forbidden=NOT_PUNISHED,
        sensitivity=Sensitivity.HIGH,
        source="[found: cedu; TypeScript schema]",
    )
    punishment_date: Mapped[date | None] = field(
        "处分日期",
        "date of sanction",
        DATE,
        forbidden=NOT_PUNISHED,
        sensitivity=Sensitivity.HIGH,
        rules=(
            Rule(
                "D02",
                "punishment_date < punishment_occurred_date",
                "处分日期不能早于发生日期",
                "The sanction must not be earlier than what it is for.",
            ),
        ),
        source="[found: cedu; TypeScript schema]",
    )
    punishment_revoked_date: Mapped[date | None] = field(
        "处分撤销日期",
        "date of revocation",
        DATE,
        forbidden=NOT_PUNISHED,
        sensitivity=Sensitivity.HIGH,
        rules=(
            Rule(
                "D03",
                "punishment_revoked_date < punishment_date",
                "处分撤销日期不能早于处分日期",
                "The revocation must not be earlier than the sanction.",
            ),
        ),
        source="[found: cedu; TypeScript schema]",
    )
    punishment_revoked_reason: Mapped[str | None] = field(
        "处分撤销原因",
        "reason of revocation",
        text(100),
        forbidden=NOT_PUNISHED,
        sensitivity=Sensitivity.HIGH,
        source="[found: cedu; TypeScript schema]",
    )
