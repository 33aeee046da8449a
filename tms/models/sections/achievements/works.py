"""Section 11, achievements: works of art, patents, medicines, standards."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, DATE, HE, Rule, code, field, text, when
from tms.models.record import SectionRecord
from tms.models.sections.achievements.common import achievement

AN_ARTWORK = when("artwork_type != '0'")
NO_ARTWORK = when("artwork_type == '0'")


class Artwork(SectionRecord):
    """Artistic works."""

    __tablename__ = "artwork"
    __dictionary__ = achievement(
        "文艺作品",
        "Artistic works",
        min_records={HE: 1},
        none_record=("artwork_type", "0"),
        natural_key=("artwork_name",),
        order_by=("finish_date",),
    )

    artwork_type: Mapped[str | None] = field(
        "文艺作品类别", "type", code("artwork_type"), required=ALWAYS
    )
    is_representative: Mapped[str | None] = field(
        "是否是代表性成果和项目",
        "representative achievement",
        code("yes_no"),
        forbidden=NO_ARTWORK,
        default="0",
    )
    artwork_name: Mapped[str | None] = field(
        "文艺作品名称", "name", text(100), required=AN_ARTWORK, forbidden=NO_ARTWORK
    )
    role: Mapped[str | None] = field(
        "本人角色",
        "own role",
        code("completion_role"),
        required={HE: AN_ARTWORK},
        forbidden=NO_ARTWORK,
    )
    finish_date: Mapped[date | None] = field(
        "完成时间", "date of completion", DATE, required={HE: AN_ARTWORK}, forbidden=NO_ARTWORK
    )
    finish_place: Mapped[str | None] = field(
        "完成地点",
        "place of completion",
        text(100),
        required={HE: AN_ARTWORK},
        forbidden=NO_ARTWORK,
    )
    work_description: Mapped[str | None] = field(
        "本人工作描述",
        "description of own work",
        text(500),
        required={HE: AN_ARTWORK},
        forbidden=NO_ARTWORK,
    )


A_PATENT = when("patent_type != '0'")
NO_PATENT = when("patent_type == '0'")


class Patent(SectionRecord):
    """Patents and software copyrights."""

    __tablename__ = "patent"
    __dictionary__ = achievement(
        "专利或软件著作权",
        "Patents and software copyrights",
        min_records={HE: 1},
        none_record=("patent_type", "0"),
        natural_key=("patent_number",),
        order_by=("approval_date",),
    )

    patent_type: Mapped[str | None] = field(
        "专利或软件著作权类型", "type", code("patent_type"), required=ALWAYS
    )
    is_representative: Mapped[str | None] = field(
        "是否是代表性成果和项目",
        "representative achievement",
        code("yes_no"),
        forbidden=NO_PATENT,
        default="0",
    )
    patent_name: Mapped[str | None] = field(
        "专利或软件著作权名称", "name", text(100), required=A_PATENT, forbidden=NO_PATENT
    )
    discipline: Mapped[str | None] = field(
        "学科领域", "discipline", text(60), required={HE: A_PATENT}, forbidden=NO_PATENT
    )
    approval_date: Mapped[date | None] = field(
        "批准日期", "date of approval", DATE, required={HE: A_PATENT}, forbidden=NO_PATENT
    )
    role: Mapped[str | None] = field(
        "本人角色", "own role", code("patent_role"), required={HE: A_PATENT}, forbidden=NO_PATENT
    )
    patent_number: Mapped[str | None] = field(
        "专利号（登记号）",
        "patent or registration number",
        text(50),
        required={HE: A_PATENT},
        forbidden=NO_PATENT,
    )


A_CERTIFICATE = when("certificate_name != '无'")
NO_CERTIFICATE = when("certificate_name == '无'")


class MedicineCertificate(SectionRecord):
    """Certificates for medicines."""

    __tablename__ = "medicine_certificate"
    __dictionary__ = achievement(
        "国家医药证书",
        "National medicine certificates",
        none_record=("certificate_name", "无"),
        natural_key=("certificate_number",),
        order_by=("issue_date",),
    )

    certificate_name: Mapped[str | None] = field(
        "证书名称", "certificate name", text(100), required=ALWAYS
    )
    is_representative: Mapped[str | None] = field(
        "是否是代表性成果和项目",
        "representative achievement",
        code("yes_no"),
        forbidden=NO_CERTIFICATE,
        default="0",
    )
    certificate_number: Mapped[str | None] = field(
        "证书批号",
        "certificate number",
        text(50),
        required={HE: A_CERTIFICATE},
        forbidden=NO_CERTIFICATE,
    )
    role: Mapped[str | None] = field(
        "本人角色",
        "own role",
        code("completion_role"),
        required={HE: A_CERTIFICATE},
        forbidden=NO_CERTIFICATE,
    )
    issue_date: Mapped[date | None] = field(
        "颁发时间", "date of issue", DATE, required={HE: A_CERTIFICATE}, forbidden=NO_CERTIFICATE
    )
    valid_until: Mapped[date | None] = field(
        "有效期",
        "valid until",
        DATE,
        required={HE: A_CERTIFICATE},
        forbidden=NO_CERTIFICATE,
        rules=(
            Rule(
                "X05",
                "valid_until < issue_date",
                "有效期不能早于颁发时间",
                "The validity must not end before the date of issue.",
            ),
        ),
    )


A_STANDARD = when("standard_name != '无'")
NO_STANDARD = when("standard_name == '无'")


class Standard(SectionRecord):
    """National and industry standards."""

    __tablename__ = "standard"
    __dictionary__ = achievement(
        "国家标准或行业标准",
        "National or industry standards",
        none_record=("standard_name", "无"),
        natural_key=("standard_number",),
        order_by=("release_date",),
    )

    standard_name: Mapped[str | None] = field(
        "标准名称",
        "name of standard",
        text(100),
        required=ALWAYS,
        source="[found: TypeScript indicator schema]",
    )
    is_representative: Mapped[str | None] = field(
        "是否是代表性成果和项目",
        "representative achievement",
        code("yes_no"),
        forbidden=NO_STANDARD,
        default="0",
    )
    standard_number: Mapped[str | None] = field(
        "标准号", "number of standard", text(50), required={HE: A_STANDARD}, forbidden=NO_STANDARD
    )
    role: Mapped[str | None] = field(
        "本人角色",
        "own role",
        code("report_role"),
        required={HE: A_STANDARD},
        forbidden=NO_STANDARD,
    )
    release_date: Mapped[date | None] = field(
        "发布日期", "date of release", DATE, required={HE: A_STANDARD}, forbidden=NO_STANDARD
    )
    release_unit: Mapped[str | None] = field(
        "发布单位名称",
        "releasing body",
        text(100),
        required={HE: A_STANDARD},
        forbidden=NO_STANDARD,
    )
