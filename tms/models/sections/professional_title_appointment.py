"""Section 5: professional title appointment (专业技术职务聘任)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, HE, MONTH, SCHOOL, Rule, code, field, table, text, warning, when
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT

NO_TITLE = when("professional_title == '0'")


class ProfessionalTitleAppointment(SectionRecord):
    """Professional titles to which the school appointed the person."""

    __tablename__ = "professional_title_appointment"
    __dictionary__ = table(
        "专业技术职务聘任",
        "Professional title appointment",
        filled_by=SCHOOL,
        exempt_person_kinds=STUDENT,
        min_records=1,
        none_record=("professional_title", "0"),
        natural_key=("professional_title", "start_month"),
        order_by=("start_month",),
        current_record="latest start_month with empty end_month",
        note=(
            "School or education bureau fills it [seed2 三(三)]. The title appointed is one "
            "of the six key items that need proof."
        ),
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    professional_title: Mapped[str | None] = field(
        "聘任专业技术职务",
        "professional title",
        code("professional_title"),
        required=ALWAYS,
        needs_proof=True,
    )
    start_month: Mapped[str | None] = field(
        "聘任开始年月",
        "start",
        MONTH,
        required=when("professional_title != '0'"),
        forbidden=NO_TITLE,
        rules=(
            warning(
                "T01",
                "start_month < basic_information.work_start_month",
                "聘任开始年月不能早于参加工作年月",
                "The appointment must not begin before the start of work.",
            ),
        ),
    )
    end_month: Mapped[str | None] = field(
        "聘任结束年月",
        "end",
        MONTH,
        forbidden=NO_TITLE,
        rules=(
            Rule(
                "T02",
                "end_month < start_month",
                "结束年月不能早于开始年月",
                "The end must not be earlier than the start.",
            ),
        ),
    )
    appointing_unit: Mapped[str | None] = field(
        "聘任单位名称", "appointing unit", text(100), forbidden=NO_TITLE, default="=own_school"
    )
    has_same_level_certificate: Mapped[str | None] = field(
        "是否已获得同级别专业技术资格证书",
        "holds the certificate of the same level",
        code("yes_no"),
        forbidden=NO_TITLE,
        applies_to=(HE,),
        source="[found: Kingbultsea/nfu_renshi]",
    )
