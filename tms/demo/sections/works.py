"""Achievements: mostly at universities, where five tables need a record in any case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tms.demo.calendar import BASE, LAST_YEAR, month
from tms.demo.dice import Dice
from tms.demo.life import Life
from tms.dictionary import HE

TOPICS = ("核心素养导向的课堂教学", "乡村教育质量提升", "数字化教学资源建设", "地方文化课程开发")
DISCIPLINES = ("教育学", "中国语言文学", "数学", "计算机科学与技术", "化学")
Rows = list[dict[str, Any]]


def _has(life: Life, dice: Dice, share: float) -> bool:
    return life.category is HE and life.teaches and dice.chance(share)


def _recent(dice: Dice) -> int:
    return dice.between(BASE.year - 5, LAST_YEAR)


def _none(life: Life, field: str, code: str) -> Rows:
    """Universities say that there is nothing; schools may leave the table empty."""
    return [{field: code}] if life.category is HE else []


def project(life: Life, dice: Dice) -> Rows:
    """Some lead or take part in one."""
    if not _has(life, dice, 0.35):
        return _none(life, "project_type", "0")
    year = _recent(dice)
    return [
        {
            "project_type": dice.pick("123"),
            "is_representative": "1",
            "project_name": f"{dice.pick(TOPICS)}研究",
            "approval_number": f"JY{year}{dice.digits(4)}",
            "discipline": dice.pick(DISCIPLINES),
            "funding": Decimal(dice.between(1, 60)),
            "start_month": month(year, 3),
            "role": dice.pick(("02", "03")),
        }
    ]


def book(life: Life, dice: Dice) -> Rows:
    """Textbooks, mostly."""
    if not _has(life, dice, 0.1):
        return _none(life, "book_type", "00")
    words = dice.between(10, 40) * 10_000
    return [
        {
            "book_type": dice.pick(("11", "14")),
            "is_representative": "0",
            "book_name": f"{dice.pick(TOPICS)}概论",
            "discipline": dice.pick(DISCIPLINES),
            "publish_date": date(_recent(dice), 6, 1),
            "publishing_house": "示例大学出版社",
            "publication_number": f"978-7-0000-{dice.digits(4)}-{dice.digits(1)}",
            "role": dice.pick(("05", "06", "07")),
            "total_words": words,
            "own_words": words // 2,
        }
    ]


def paper(life: Life, dice: Dice) -> Rows:
    """At universities for every second, at schools for few."""
    if not (_has(life, dice, 0.5) or (life.teaches and dice.chance(0.08))):
        return []
    page = dice.between(1, 90)
    return [
        {
            "paper_name": f"{dice.pick(TOPICS)}的实践与思考",
            "is_representative": "0",
            "journal_name": dice.pick(("示例教育研究", "示例大学学报", "教学参考")),
            "publish_month": month(_recent(dice), dice.between(1, 12)),
            "volume": str(dice.between(10, 40)),
            "issue": str(dice.between(1, 12)),
            "start_page": page,
            "end_page": page + dice.between(2, 8),
            "role": dice.pick(("10", "11", "12")),
            "discipline": dice.pick(DISCIPLINES),
            "indexing": "25",
        }
    ]


def award(life: Life, dice: Dice) -> Rows:
    """Teaching achievements: some are of graduate teaching."""
    if not _has(life, dice, 0.12):
        return _none(life, "award_type", "0")
    return [
        {
            "award_type": "22",
            "is_representative": "1",
            "award_month": month(_recent(dice), 9),
            "award_name": f"{dice.pick(TOPICS)}教学成果奖",
            "award_level": dice.pick("234"),
            "rank": dice.pick("123"),
            "award_country": "156",
            "award_unit": "示例省教育厅",
            "is_graduate_teaching": "1" if life.rank == 4 else "0",
        }
    ]


def artwork(life: Life, dice: Dice) -> Rows:
    """Nobody has any."""
    return _none(life, "artwork_type", "0")


def patent(life: Life, dice: Dice) -> Rows:
    """Few have one."""
    if not _has(life, dice, 0.05):
        return _none(life, "patent_type", "0")
    year = _recent(dice)
    return [
        {
            "patent_type": "5",
            "is_representative": "0",
            "patent_name": f"{dice.pick(TOPICS)}平台软件",
            "discipline": "计算机科学与技术",
            "approval_date": date(year, 5, 15),
            "role": dice.pick(("510", "520")),
            "patent_number": f"{year}SR{dice.digits(7)}",
        }
    ]
