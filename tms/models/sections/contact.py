"""Section 17: contact details (联系方式)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, HE, Rule, Sensitivity, field, table, text
from tms.models.record import SectionRecord


class Contact(SectionRecord):
    """How to reach the person; exactly one row."""

    __tablename__ = "contact"
    __dictionary__ = table(
        "联系方式",
        "Contact details",
        cardinality="one",
        sensitivity=Sensitivity.MEDIUM,
        min_records=1,
        note=(
            "Exactly one record. After approval it is locked like everything else [seed0 "
            "五B(四)]; a setting (default off) may let the teacher change it without review "
            "[assumption]."
        ),
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    address: Mapped[str | None] = field(
        "通讯地址", "address", text(100), sensitivity=Sensitivity.MEDIUM
    )
    phone: Mapped[str | None] = field(
        "联系电话",
        "telephone",
        text(20),
        required={HE: ALWAYS},
        sensitivity=Sensitivity.MEDIUM,
        rules=(
            Rule(
                "N01",
                "not matches(phone, '^[0-9+()-]{7,20}$')",
                "联系电话格式不正确",
                "The telephone number has a wrong form.",
            ),
        ),
    )
    mobile: Mapped[str | None] = field(
        "手机",
        "mobile",
        text(11),
        required={HE: ALWAYS},
        sensitivity=Sensitivity.MEDIUM,
        rules=(
            Rule(
                "N02",
                "not matches(mobile, '^1[0-9]{10}$')",
                "手机号应为11位数字",
                "A mobile number has 11 digits.",
            ),
        ),
    )
    email: Mapped[str | None] = field(
        "Email",
        "e-mail",
        text(60),
        required={HE: ALWAYS},
        rules=(
            Rule(
                "N03",
                "not matches(email, '^[^@ ]+@[^@ ]+$')",
                "Email格式不正确",
                "The e-mail address has a wrong form.",
            ),
        ),
    )
    other_contact: Mapped[str | None] = field("其他联系方式", "other contact", text(60))
