"""Which column keeps which kind of value."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Float, Integer, Numeric, SmallInteger, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from tms.dictionary.terms import Kind

if TYPE_CHECKING:
    from tms.dictionary.fields import Form

CENT = Decimal("0.01")

#: Lengths of the columns whose kind declares none.
CODE, CODES, MONTH, PHOTO, CIPHERTEXT, BLIND_INDEX, MASK = 20, 200, 7, 64, 400, 64, 30


class Money(TypeDecorator[Decimal]):
    """A decimal with two places: NUMERIC on PostgreSQL, a float rounded on the way on SQLite.

    Twelve digits fit a double exactly to the cent, and SQLite has no decimal type.
    """

    impl = Numeric(14, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Float())
        return dialect.type_descriptor(Numeric(14, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        rounded = Decimal(value).quantize(CENT, ROUND_HALF_UP)
        return float(rounded) if dialect.name == "sqlite" else rounded

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


def column_type(form: Form, encrypted: bool) -> TypeEngine[Any]:
    """The column type for values of *form*."""
    if encrypted:
        return String(CIPHERTEXT)
    match form.kind:
        case Kind.TEXT | Kind.ID_NUMBER:
            return String(form.length)
        case Kind.CODE:
            return String(CODES if form.multiple else CODE)
        case Kind.DATE:
            return Date()
        case Kind.MONTH:
            return String(MONTH)
        case Kind.YEAR:
            return SmallInteger()
        case Kind.INTEGER:
            return Integer()
        case Kind.DECIMAL:
            return Money()
        case Kind.PHOTO:
            return String(PHOTO)
