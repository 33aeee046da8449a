"""Section 8: teacher qualification (教师资格)."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, DATE, K12, Rule, code, field, table, text, warning, when
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT

NOT_QUALIFIED = when("qualification_type == '0'")
QUALIFIED = when("qualification_type != '0'")


class TeacherQualification(SectionRecord):
    """Teacher certificates and their registration."""

    __tablename__ = "teacher_qualification"
    __dictionary__ = table(
        "教师资格",
        "Teacher qualification",
        exempt_person_kinds=STUDENT,
        min_records=1,
        none_record=("qualification_type", "0"),
        natural_key=("certificate_number",),
        order_by=("issue_date",),
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    qualification_type: Mapped[str | None] = field(
        "教师资格证种类",
        "type of qualification",
        code("teacher_qualification_type"),
        required=ALWAYS,
    )
    certificate_number: Mapped[str | None] = field(
        "教师资格证号码",
        "certificate number",
        text(30),
        required=QUALIFIED,
        forbidden=NOT_QUALIFIED,
        rules=(
            warning(
                "Q01",
                "certificate_number != '' and not qualification_number_ok(certificate_number)",
                "教师资格证号码格式异常（17位数字）",
                "The qualification number has an unusual form (17 digits expected).",
                note=(
                    "17 digits since 2001: year(4) authority(5) type(1) sex(1) serial(6); "
                    "older ones differ, so a warning [knowledge, unverified]."
                ),
            ),
        ),
    )
    subject: Mapped[str | None] = field(
        "任教学科",
        "subject",
        text(40),
        required=QUALIFIED,
        forbidden=NOT_QUALIFIED,
        note="As printed on the certificate; 无 for kindergarten.",
    )
    issue_date: Mapped[date | None] = field(
        "证书颁发日期",
        "date of issue",
        DATE,
        required=QUALIFIED,
        forbidden=NOT_QUALIFIED,
        rules=(
            Rule(
                "Q02",
                "issue_date > today()",
                "证书颁发日期不能晚于今天",
                "The date of issue must not be later than today.",
            ),
        ),
    )
    issuing_authority: Mapped[str | None] = field(
        "颁发机构", "issuing authority", text(100), forbidden=NOT_QUALIFIED
    )
    first_registration_date: Mapped[date | None] = field(
        "首次注册日期",
        "first registration date",
        DATE,
        applies_to=K12,
        readonly=True,
        derived_from="qualification-registration business (资格注册管理); display only",
        source="[found: tangmin721/cedu forms+templates]",
    )
    first_registration_conclusion: Mapped[str | None] = field(
        "首次注册结论",
        "first registration conclusion",
        code("registration_conclusion"),
        applies_to=K12,
        readonly=True,
        derived_from="qualification-registration business",
        source="[found: tangmin721/cedu forms+templates]",
    )
    periodic_registration_date: Mapped[date | None] = field(
        "定期注册日期",
        "periodic registration date",
        DATE,
        applies_to=K12,
        readonly=True,
        derived_from="qualification-registration business",
        source="[found: tangmin721/cedu forms+templates]",
    )
    periodic_registration_conclusion: Mapped[str | None] = field(
        "定期注册结论",
        "periodic registration conclusion",
        code("registration_conclusion"),
        applies_to=K12,
        readonly=True,
        derived_from="qualification-registration business",
        source="[found: tangmin721/cedu forms+templates]",
    )
