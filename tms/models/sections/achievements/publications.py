"""Section 11, achievements: books and papers."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, DATE, HE, MONTH, Rule, code, field, integer, text, when
from tms.models.record import SectionRecord
from tms.models.sections.achievements.common import achievement

A_BOOK = when("book_type != '00'")
NO_BOOK = when("book_type == '00'")


class Book(SectionRecord):
    """Books, textbooks, translations."""

    __tablename__ = "book"
    __dictionary__ = achievement(
        "著作",
        "Books",
        min_records={HE: 1},
        none_record=("book_type", "00"),
        natural_key=("book_name", "publication_number"),
        order_by=("publish_date",),
    )

    book_type: Mapped[str | None] = field(
        "著作类别", "book type", code("book_type"), required=ALWAYS
    )
    is_representative: Mapped[str | None] = field(
        "是否是代表性成果和项目",
        "representative achievement",
        code("yes_no"),
        forbidden=NO_BOOK,
        default="0",
    )
    book_name: Mapped[str | None] = field(
        "著作名称", "title", text(100), required=A_BOOK, forbidden=NO_BOOK
    )
    discipline: Mapped[str | None] = field(
        "学科领域", "discipline", text(60), required={HE: A_BOOK}, forbidden=NO_BOOK
    )
    publish_date: Mapped[date | None] = field(
        "出版日期", "date of publication", DATE, required={HE: A_BOOK}, forbidden=NO_BOOK
    )
    publishing_house: Mapped[str | None] = field(
        "出版社名称", "publishing house", text(100), required={HE: A_BOOK}, forbidden=NO_BOOK
    )
    publication_number: Mapped[str | None] = field(
        "出版号", "publication number (ISBN)", text(30), required={HE: A_BOOK}, forbidden=NO_BOOK
    )
    role: Mapped[str | None] = field(
        "著作中本人角色", "own role", code("book_role"), required={HE: A_BOOK}, forbidden=NO_BOOK
    )
    total_words: Mapped[int | None] = field(
        "总字数(字)", "total words", integer(0, 999999999), required={HE: A_BOOK}, forbidden=NO_BOOK
    )
    own_words: Mapped[int | None] = field(
        "本人撰写字数(字)",
        "own words",
        integer(0, 999999999),
        required={HE: A_BOOK},
        forbidden=NO_BOOK,
        rules=(
            Rule(
                "X02",
                "own_words > total_words",
                "本人撰写字数不能大于总字数",
                "The words written by oneself must not exceed the total.",
            ),
        ),
    )


A_PAPER = when("paper_name != '无'")
NO_PAPER = when("paper_name == '无'")


class Paper(SectionRecord):
    """Papers in journals and proceedings."""

    __tablename__ = "paper"
    __dictionary__ = achievement(
        "论文",
        "Papers",
        none_record=("paper_name", "无"),
        natural_key=("paper_name", "journal_name"),
        order_by=("publish_month",),
        note='No type code: the "none" record is the title 无 [assumption].',
    )

    paper_name: Mapped[str | None] = field("论文名称", "title", text(200), required=ALWAYS)
    is_representative: Mapped[str | None] = field(
        "是否是代表性成果和项目",
        "representative achievement",
        code("yes_no"),
        forbidden=NO_PAPER,
        default="0",
    )
    journal_name: Mapped[str | None] = field(
        "发表刊物名称", "journal", text(100), required={HE: A_PAPER}, forbidden=NO_PAPER
    )
    publish_month: Mapped[str | None] = field(
        "发表年月",
        "month of publication",
        MONTH,
        required={HE: A_PAPER},
        forbidden=NO_PAPER,
        rules=(
            Rule(
                "X03",
                "publish_month > month(today())",
                "发表年月不能晚于当前年月",
                "The month of publication must not be later than this month.",
            ),
        ),
    )
    volume: Mapped[str | None] = field(
        "卷号", "volume", text(20), required={HE: A_PAPER}, forbidden=NO_PAPER
    )
    issue: Mapped[str | None] = field(
        "期号", "issue", text(20), required={HE: A_PAPER}, forbidden=NO_PAPER
    )
    start_page: Mapped[int | None] = field(
        "起始页码", "first page", integer(0, 99999), required={HE: A_PAPER}, forbidden=NO_PAPER
    )
    end_page: Mapped[int | None] = field(
        "结束页码",
        "last page",
        integer(0, 99999),
        required={HE: A_PAPER},
        forbidden=NO_PAPER,
        rules=(
            Rule(
                "X04",
                "end_page < start_page",
                "结束页码不能小于起始页码",
                "The last page must not come before the first.",
            ),
        ),
    )
    role: Mapped[str | None] = field(
        "本人角色", "own role", code("paper_role"), required={HE: A_PAPER}, forbidden=NO_PAPER
    )
    discipline: Mapped[str | None] = field(
        "学科领域", "discipline", text(60), required={HE: A_PAPER}, forbidden=NO_PAPER
    )
    indexing: Mapped[str | None] = field(
        "论文收录情况", "indexing", code("paper_index"), required={HE: A_PAPER}, forbidden=NO_PAPER
    )
