"""Section 18: social positions (社会兼职); a throw-away section that shows what one takes."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, MONTH, Rule, code, field, table, text, when
from tms.models.record import SectionRecord


class SocialPosition(SectionRecord):
    """Positions in societies and associations: one row per position."""

    __tablename__ = "social_position"
    __dictionary__ = table(
        "社会兼职", "Social positions", natural_key=("organisation",), order_by=("start_month",)
    )

    organisation: Mapped[str | None] = field("兼职单位", "organisation", text(100), required=ALWAYS)
    is_paid: Mapped[str | None] = field("是否领取报酬", "paid", code("yes_no"), default="0")
    start_month: Mapped[str | None] = field(
        "开始年月",
        "start",
        MONTH,
        required=when("is_paid == '1'"),
        rules=(
            Rule(
                "S01",
                "start_month > month(today())",
                "开始年月不能晚于当前年月",
                "The start must not lie in the future.",
            ),
        ),
    )
