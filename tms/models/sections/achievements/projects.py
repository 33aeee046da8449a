"""Section 11, achievements: projects and reports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, DATE, HE, MONTH, Rule, code, decimal, field, text, when
from tms.models.record import SectionRecord
from tms.models.sections.achievements.common import achievement

A_PROJECT = when("project_type != '0'")
NO_PROJECT = when("project_type == '0'")


class Project(SectionRecord):
    """Research projects."""

    __tablename__ = "project"
    __dictionary__ = achievement(
        "项目（课题）",
        "Projects",
        min_records={HE: 1},
        none_record=("project_type", "0"),
        natural_key=("project_name", "start_month"),
        order_by=("start_month",),
    )

    project_type: Mapped[str | None] = field(
        "项目类型", "project type", code("project_type"), required=ALWAYS
    )
    is_representative: Mapped[str | None] = field(
        "是否是代表性成果和项目",
        "representative achievement",
        code("yes_no"),
        forbidden=NO_PROJECT,
        default="0",
    )
    project_name: Mapped[str | None] = field(
        "项目名称", "project name", text(100), required=A_PROJECT, forbidden=NO_PROJECT
    )
    approval_number: Mapped[str | None] = field(
        "项目批准号", "approval number", text(50), required={HE: A_PROJECT}, forbidden=NO_PROJECT
    )
    discipline: Mapped[str | None] = field(
        "学科领域", "discipline", text(60), required={HE: A_PROJECT}, forbidden=NO_PROJECT
    )
    funding: Mapped[Decimal | None] = field(
        "项目经费额度",
        "funding",
        decimal(12, "0", "99999999", "10,000 CNY (万元) [assumption]"),
        required={HE: A_PROJECT},
        forbidden=NO_PROJECT,
    )
    start_month: Mapped[str | None] = field(
        "开始年月", "start", MONTH, required={HE: A_PROJECT}, forbidden=NO_PROJECT
    )
    end_month: Mapped[str | None] = field(
        "结束年月",
        "end",
        MONTH,
        forbidden=NO_PROJECT,
        rules=(
            Rule(
                "X01",
                "end_month < start_month",
                "结束年月不能早于开始年月",
                "The end must not be earlier than the start.",
            ),
        ),
    )
    role: Mapped[str | None] = field(
        "项目中本人角色",
        "own role",
        code("project_role"),
        required={HE: A_PROJECT},
        forbidden=NO_PROJECT,
    )
    rank: Mapped[str | None] = field(
        "本人排名", "own rank", code("personal_rank"), forbidden=NO_PROJECT
    )
    commissioning_unit: Mapped[str | None] = field(
        "项目委托单位", "commissioning unit", text(100), forbidden=NO_PROJECT
    )
    project_source: Mapped[str | None] = field(
        "项目来源", "project source", code("project_source"), forbidden=NO_PROJECT
    )


A_REPORT = when("report_topic != '无'")
NO_REPORT = when("report_topic == '无'")


class Report(SectionRecord):
    """Reports for those who commissioned them."""

    __tablename__ = "report"
    __dictionary__ = achievement(
        "咨询报告或研究报告",
        "Consultancy and research reports",
        none_record=("report_topic", "无"),
        natural_key=("report_topic",),
        order_by=("report_date",),
    )

    report_topic: Mapped[str | None] = field("报告题目", "topic", text(100), required=ALWAYS)
    is_representative: Mapped[str | None] = field(
        "是否是代表性成果和项目",
        "representative achievement",
        code("yes_no"),
        forbidden=NO_REPORT,
        default="0",
    )
    role: Mapped[str | None] = field(
        "本人角色", "own role", code("report_role"), required={HE: A_REPORT}, forbidden=NO_REPORT
    )
    report_date: Mapped[date | None] = field(
        "报告时间", "date of report", DATE, required={HE: A_REPORT}, forbidden=NO_REPORT
    )
    delegator: Mapped[str | None] = field(
        "委托方", "commissioned by", text(100), required={HE: A_REPORT}, forbidden=NO_REPORT
    )
