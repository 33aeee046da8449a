"""What stands below a field: how long, from where to where, in which form, who fills it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal, lazy_gettext

from tms.dictionary import Field, Filler, Kind
from tms.i18n import clauses
from tms.i18n import gettext as _

#: Units of amounts as declared, without what stands behind in brackets.
UNITS: Mapping[str, Any] = {
    "CNY": lazy_gettext("元"),
    "10,000 CNY": lazy_gettext("万元"),
}


def hint_of(field: Field, filler: Filler, of_table: Filler) -> str:
    """The hint in the reader's language; nothing where the field speaks for itself.

    :param filler: who fills the field, said where it differs from the rest of the table.
    """
    said = [*_FORMS.get(field.kind, _nothing)(field)]
    return _join(said if filler == of_table else [*said, str(_FILLERS[filler])])


def _join(said: list[str]) -> str:
    return clauses(said)


def _nothing(field: Field) -> Iterator[str]:
    yield from ()


def _text(field: Field) -> Iterator[str]:
    if field.codes:
        yield _("可从列表中选，也可自行填写")
    yield _("最多%(n)d字", n=field.length)


def _code(field: Field) -> Iterator[str]:
    if field.multiple:
        yield _("可多选")


def _amount(field: Field) -> Iterator[str]:
    if field.minimum is None or field.maximum is None:
        return
    bounds = {"low": _number(field.minimum), "high": _number(field.maximum)}
    unit = UNITS.get(field.unit.partition(" (")[0], field.unit)
    if unit:
        yield _("%(low)s至%(high)s，单位：%(unit)s", **bounds, unit=unit)
    else:
        yield _("%(low)s至%(high)s", **bounds)


def _number(value: Decimal) -> str:
    return str(format_decimal(value))


def _month(field: Field) -> Iterator[str]:
    yield _("年月，如2020-01")


def _year(field: Field) -> Iterator[str]:
    yield _("四位年份，如2020")


def _id_number(field: Field) -> Iterator[str]:
    yield _("只显示首尾几位；不改就留空")


_FORMS: Mapping[Kind, Callable[[Field], Iterator[str]]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.INTEGER: _amount,
    Kind.DECIMAL: _amount,
    Kind.MONTH: _month,
    Kind.YEAR: _year,
    Kind.ID_NUMBER: _id_number,
}
_FILLERS: Mapping[Filler, Any] = {
    Filler.TEACHER: lazy_gettext("由教师填写"),
    Filler.SCHOOL: lazy_gettext("由学校填写"),
    Filler.BUREAU: lazy_gettext("由主管部门填写"),
}
