"""Section 1: who the person is."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from tms.dictionary import (
    ALWAYS,
    DATE,
    HE,
    SCHOOL,
    SE,
    SV,
    Rule,
    Sensitivity,
    choices,
    code,
    field,
    id_number,
    text,
    warning,
    when,
)

CHINESE = when("nationality == '156'")
FOREIGN = when("nationality != '156'")


class Identity:
    """Documents, origin, civil status, health."""

    name: Mapped[str | None] = field(
        "姓名",
        "name",
        text(50),
        required=ALWAYS,
        filled_by=SCHOOL,
        rules=(
            Rule(
                "B01",
                "name != strip(name) or (id_type == '1' and has_inner_space(name))",
                "姓名不能含空格",
                "A name must not contain spaces.",
            ),
        ),
        note=(
            "Account item; as on the identity document. Only by change request after "
            "approval. Allow the middle dot · and ideographs outside the BMP."
        ),
    )
    former_name: Mapped[str | None] = field("曾用名", "former name", text(50), default="无")
    gender: Mapped[str | None] = field(
        "性别",
        "sex",
        code("gender"),
        required=ALWAYS,
        filled_by=SCHOOL,
        rules=(
            Rule(
                "B02",
                "id_type == '1' and gender in ['1','2'] and gender != id_gender(id_number)",
                "性别与身份证件号码第17位不一致",
                "The sex differs from character 17 of the identity number.",
            ),
        ),
        note="Account item.",
    )
    staff_no: Mapped[str | None] = field(
        "教职工号",
        "staff number",
        text(30),
        default="0",
        note='Character type; "0" when the school has none. Not the national personal number.',
    )
    nationality: Mapped[str | None] = field(
        "国籍/地区", "nationality or region", code("country"), required=ALWAYS, default="156"
    )
    id_type: Mapped[str | None] = field(
        "身份证件类型",
        "identity document type",
        code("id_type"),
        required=ALWAYS,
        filled_by=SCHOOL,
        needs_proof=True,
        default="1",
    )
    id_number: Mapped[str | None] = field(
        "身份证件号码",
        "identity document number",
        id_number(30),
        required=ALWAYS,
        filled_by=SCHOOL,
        sensitivity=Sensitivity.HIGH,
        encrypted=True,
        needs_proof=True,
        rules=(
            Rule(
                "B03",
                "id_type == '1' and not resident_id_ok(id_number)",
                "居民身份证号码不符合GB 11643（18位、出生日期、校验码）",
                (
                    "The identity card number does not satisfy GB 11643 (18 characters, date of "
                    "birth, check character)."
                ),
                note=(
                    "length 18, digits + X, real date, ISO 7064 MOD 11-2. "
                    "The 15-digit number is not accepted."
                ),
            ),
            warning(
                "B04",
                "id_type == '1' and not known_region(id_number)",
                "身份证前6位不是已知行政区划代码",
                "The first six digits of the number are not a known administrative division.",
                note="Never an error: regions change and 81/82/83 residence permits exist.",
            ),
            Rule(
                "B05",
                "exists_elsewhere('id_number')",
                "身份证件号码在系统中已存在",
                "This identity number is already in the system.",
                note=(
                    "Goes to the 问题数据 list: wrong entry -> correct it; "
                    "right entry -> delete the duplicate and apply for a transfer. "
                    "Within the province first, then nationwide."
                ),
            ),
        ),
        note="Account item and user name. Store upper-case X.",
    )
    birth_date: Mapped[date | None] = field(
        "出生日期",
        "date of birth",
        DATE,
        required=ALWAYS,
        filled_by=SCHOOL,
        sensitivity=Sensitivity.MEDIUM,
        needs_proof=True,
        rules=(
            warning(
                "B06",
                "id_type == '1' and birth_date != id_birth(id_number)",
                "出生日期与身份证件号码不一致",
                "The birth date differs from the one in the identity number.",
                note=(
                    "TMIS fills it from the number but lets it be edited "
                    "(file age against ID age): warning + proof document."
                ),
            ),
            Rule(
                "B07",
                "birth_date > today()",
                "出生日期不能晚于今天",
                "The birth date must not be later than today.",
            ),
        ),
        note="Account item; filled from the ID number.",
    )
    native_place: Mapped[str | None] = field(
        "籍贯",
        "ancestral home",
        text(60, "admin_division"),
        required={SV: ALWAYS, SE: ALWAYS},
        note="Chosen from GB/T 2260 or typed.",
    )
    birth_place: Mapped[str | None] = field(
        "出生地", "place of birth", code("admin_division"), required={HE: ALWAYS}
    )
    ethnicity: Mapped[str | None] = field(
        "民族", "ethnicity", code("ethnicity"), required=CHINESE, forbidden=FOREIGN, default="01"
    )
    political_status: Mapped[str | None] = field(
        "政治面貌",
        "political affiliation",
        choices("political_status"),
        required=CHINESE,
        forbidden=FOREIGN,
        default=("13",),
        rules=(
            Rule(
                "B08",
                "contains_any(political_status, ['12','13']) and count(political_status) > 1",
                "选择“群众”或“无党派民主人士”时不能多选",
                "“Ordinary citizen” and “democrat without party” exclude every other choice.",
            ),
        ),
    )
    marital_status: Mapped[str | None] = field(
        "婚姻状况", "marital status", code("marital_status"), required={HE: ALWAYS}
    )
    health_status: Mapped[str | None] = field(
        "健康状况",
        "health",
        code("health_status"),
        required={SV: ALWAYS, SE: ALWAYS, HE: ALWAYS},
        default="1",
    )
