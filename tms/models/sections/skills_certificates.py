"""Section 15: skills and certificates (技能及证书)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, MONTH, code, field, table, text, when
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT

NO_CERTIFICATE = when("certificate_type == '0'")


class SkillsCertificates(SectionRecord):
    """Languages, other skills and certificates."""

    __tablename__ = "skills_certificates"
    __dictionary__ = table(
        "技能及证书",
        "Skills and certificates",
        exempt_person_kinds=STUDENT,
        min_records=1,
        natural_key=("language", "certificate_type", "certificate_number"),
        order_by=("issue_month",),
        note=(
            "At universities three separate tables: 语言能力, 其他技能, 证书 [found: "
            "nfu_renshi]; one table serves all when the language pair is only required once."
        ),
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    language: Mapped[str | None] = field("语种", "language", code("language"), required=ALWAYS)
    language_mastery: Mapped[str | None] = field(
        "掌握程度", "mastery of language", code("mastery_level"), required=ALWAYS
    )
    other_skill: Mapped[str | None] = field("其他技能名称", "other skill", text(60))
    other_skill_mastery: Mapped[str | None] = field(
        "其他技能掌握程度",
        "mastery of other skill",
        code("mastery_level"),
        required=when("other_skill not in ['', '无']"),
    )
    certificate_type: Mapped[str | None] = field(
        "证书类型", "certificate type", code("certificate_type"), required=ALWAYS, default="2"
    )
    language_certificate: Mapped[str | None] = field(
        "语言证书名称",
        "language certificate",
        code("language_certificate"),
        required=when("certificate_type == '2'"),
        forbidden=when("certificate_type != '2'"),
    )
    certificate_name: Mapped[str | None] = field(
        "证书名称",
        "certificate name",
        text(100),
        required=when("certificate_type not in ['', '0', '2'] or language_certificate == '9'"),
        forbidden=when(
            "not (certificate_type not in ['', '0', '2'] or language_certificate == '9')"
        ),
    )
    issue_month: Mapped[str | None] = field(
        "发证年月", "month of issue", MONTH, forbidden=NO_CERTIFICATE
    )
    issuing_unit: Mapped[str | None] = field(
        "发证单位", "issuing unit", text(100), forbidden=NO_CERTIFICATE
    )
    certificate_number: Mapped[str | None] = field(
        "证书编号", "certificate number", text(50), forbidden=NO_CERTIFICATE
    )
