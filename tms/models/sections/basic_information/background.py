"""Section 1: training, programmes, abilities, status."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import (
    ALWAYS,
    K12,
    KG,
    MONTH,
    PHOTO,
    PS,
    SCHOOL,
    SE,
    SV,
    Rule,
    code,
    field,
    text,
    warning,
    when,
)

NO_SERVICE = when("grassroots_service == '0'")


class Background:
    """What the national statistics ask about a teacher, and the photo."""

    is_full_time_normal_graduate: Mapped[str | None] = field(
        "是否全日制师范类专业毕业",
        "graduate of a full-time normal programme",
        code("yes_no"),
        required=ALWAYS,
        applies_to=(KG, PS, SE),
        default="0",
        source="[found: cedu; TypeScript schema]",
    )
    is_special_ed_graduate: Mapped[str | None] = field(
        "是否全日制特殊教育专业毕业",
        "graduate of a full-time special education programme",
        code("yes_no"),
        required=ALWAYS,
        applies_to=(SE,),
        default="0",
        source="[found: tangmin721/cedu forms+templates]",
    )
    has_special_ed_training: Mapped[str | None] = field(
        "是否受过特教专业培养培训",
        "trained in special education",
        code("yes_no"),
        required=ALWAYS,
        applies_to=(PS, SE),
        default="0",
        source="[found: cedu; TypeScript schema]",
    )
    has_special_ed_certificate: Mapped[str | None] = field(
        "是否有特殊教育从业证书",
        "holds a special education certificate",
        code("yes_no"),
        required=ALWAYS,
        applies_to=(PS, SE),
        default="0",
        source="[found: cedu; TypeScript schema]",
    )
    is_preschool_graduate: Mapped[str | None] = field(
        "是否全日制学前教育专业毕业",
        "graduate of a full-time preschool programme",
        code("yes_no"),
        required=ALWAYS,
        applies_to=(KG,),
        default="0",
        source="[found: tangmin721/cedu forms+templates]",
    )
    has_preschool_training: Mapped[str | None] = field(
        "是否受过学前教育专业培养培训",
        "trained in preschool education",
        code("yes_no"),
        required=ALWAYS,
        applies_to=(KG,),
        default="0",
        source="[found: tangmin721/cedu forms+templates]",
    )
    it_ability: Mapped[str | None] = field(
        "信息技术应用能力",
        "IT ability",
        code("it_ability"),
        required=ALWAYS,
        applies_to=K12,
        source="[found: cedu; TypeScript schema]",
    )
    public_funded_normal_student: Mapped[str | None] = field(
        "是否属于免费（公费）师范生",
        "publicly funded normal student",
        code("public_funded_normal_student"),
        required=ALWAYS,
        applies_to=(KG, PS, SE),
        default="0",
        note=(
            "About serving teachers. An enrolled student at a university is marked by the "
            "file header field person_kind [seed0 三.3]."
        ),
        source="[found: cedu; TypeScript schema]",
    )
    grassroots_service: Mapped[str | None] = field(
        "是否参加基层服务项目",
        "grassroots service programme",
        code("grassroots_service"),
        required=ALWAYS,
        applies_to=(KG, PS, SE),
        default="0",
        source="[found: cedu; TypeScript schema]",
    )
    grassroots_start_month: Mapped[str | None] = field(
        "参加基层服务项目起始年月",
        "start of grassroots service",
        MONTH,
        required=when("grassroots_service != '0'"),
        forbidden=NO_SERVICE,
        applies_to=(KG, PS, SE),
        note="The form only allows it; the FAQ says a special-post (特岗) teacher must have it.",
        source="[found: cedu; TypeScript schema]",
    )
    grassroots_end_month: Mapped[str | None] = field(
        "参加基层服务项目结束年月",
        "end of grassroots service",
        MONTH,
        forbidden=NO_SERVICE,
        applies_to=(KG, PS, SE),
        rules=(
            Rule(
                "B15",
                "grassroots_end_month < grassroots_start_month",
                "结束年月不能早于起始年月",
                "The end must not be earlier than the start.",
            ),
        ),
        source="[found: cedu; TypeScript schema]",
    )
    is_special_grade_teacher: Mapped[str | None] = field(
        "是否是特级教师",
        "special-grade teacher",
        code("yes_no"),
        required=ALWAYS,
        applies_to=K12,
        default="0",
        source="[found: cedu; TypeScript schema]",
    )
    is_county_backbone: Mapped[str | None] = field(
        "是否县级及以上骨干教师",
        "backbone teacher at county level or above",
        code("yes_no"),
        required=ALWAYS,
        applies_to=(KG, PS, SE),
        default="0",
        source="[found: cedu; TypeScript schema]",
    )
    psychology_teacher: Mapped[str | None] = field(
        "是否心理健康教育教师",
        "mental-health education teacher",
        code("psychology_teacher"),
        required=ALWAYS,
        applies_to=(KG, PS, SE),
        default="0",
        source="[found: cedu; TypeScript schema]",
    )
    is_double_qualified: Mapped[str | None] = field(
        "是否“双师型”教师",
        "double-qualified teacher",
        code("yes_no"),
        required=ALWAYS,
        applies_to=(SV,),
        default="0",
        source="[found: tangmin721/cedu forms+templates]",
    )
    has_vocational_skill_certificate: Mapped[str | None] = field(
        "是否具备职业技能等级证书",
        "holds a vocational skill certificate",
        code("yes_no"),
        required=ALWAYS,
        applies_to=(SV,),
        source="[found: tangmin721/cedu forms+templates]",
    )
    enterprise_practice: Mapped[str | None] = field(
        "企业工作(实践)时长",
        "time worked in enterprises",
        code("enterprise_practice"),
        required=ALWAYS,
        applies_to=(SV,),
        default="0",
        source="[found: tangmin721/cedu forms+templates]",
    )
    personnel_status: Mapped[str | None] = field(
        "人员状态",
        "personnel status",
        code("personnel_status"),
        required=ALWAYS,
        filled_by=SCHOOL,
        default="100",
        rules=(
            Rule(
                "B16",
                "personnel_status >= '300' and not via_business()",
                "离退休、调出、死亡等状态只能通过变动业务办理",
                (
                    "Retirement, transfer out, death and the like are entered only by a personnel "
                    "change."
                ),
            ),
        ),
        note=(
            "1xx and 2xx are collected and counted, 3xx are not; 3xx only by the "
            "personnel-change business."
        ),
    )
    photo: Mapped[str | None] = field(
        "个人照片",
        "photograph",
        PHOTO,
        rules=(
            Rule(
                "B17",
                "photo_bytes(photo) >= 61440 or not is_jpeg(photo)",
                "照片须为jpg格式且小于60K",
                "The photo must be a JPEG under 60 KB.",
            ),
            warning(
                "B18",
                "photo_ratio_off(photo, 26, 32)",
                "照片规格应为26mm×32mm，150dpi以上",
                "The photo should be 26 mm × 32 mm at 150 dpi or more.",
            ),
        ),
        note="26 x 32 mm, at least 150 dpi (154 x 189 px), jpg, under 60 KB.",
        source="[found: cedu; TypeScript schema]",
    )
    remarks: Mapped[str | None] = field(
        "备注", "remarks", text(200), source="[found: tangmin721/cedu forms+templates]"
    )
