"""Section 16: exchange and rotation (交流轮岗)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, MONTH, PS, SCHOOL, Rule, code, field, table, text, when
from tms.models.record import SectionRecord

NOT_ROTATED = when("rotation_type == '0'")
ROTATED = when("rotation_type != '0'")


class ExchangeRotation(SectionRecord):
    """Exchange and rotation between schools; primary and secondary schools only."""

    __tablename__ = "exchange_rotation"
    __dictionary__ = table(
        "交流轮岗",
        "Exchange and rotation",
        applies_to=(PS,),
        filled_by=SCHOOL,
        min_records=1,
        none_record=("rotation_type", "0"),
        natural_key=("start_month", "rotation_unit"),
        order_by=("start_month",),
        note="Only primary and secondary schools.",
        source="[found: cedu; TypeScript schema]",
    )

    rotation_type: Mapped[str | None] = field(
        "交流轮岗类型", "type", code("rotation_type"), required=ALWAYS
    )
    personnel_relation_moved: Mapped[str | None] = field(
        "是否调动人事关系",
        "personnel relation moved",
        code("yes_no"),
        required=ROTATED,
        forbidden=NOT_ROTATED,
    )
    start_month: Mapped[str | None] = field(
        "开始年月", "start", MONTH, required=ROTATED, forbidden=NOT_ROTATED
    )
    end_month: Mapped[str | None] = field(
        "结束年月",
        "end",
        MONTH,
        forbidden=NOT_ROTATED,
        rules=(
            Rule(
                "L01",
                "end_month < start_month",
                "结束年月不能早于开始年月",
                "The end must not be earlier than the start.",
            ),
        ),
    )
    original_unit: Mapped[str | None] = field(
        "原单位名称",
        "original unit",
        text(100),
        required=ROTATED,
        forbidden=NOT_ROTATED,
        default="=own_school",
    )
    rotation_unit: Mapped[str | None] = field(
        "交流轮岗单位名称",
        "receiving unit",
        text(100),
        required=ROTATED,
        forbidden=NOT_ROTATED,
        rules=(
            Rule(
                "L02",
                "rotation_unit == original_unit",
                "交流轮岗单位不能与原单位相同",
                "The unit of rotation must differ from the original unit.",
            ),
        ),
    )
