"""`column IN (values)`, on PostgreSQL with one parameter, however many there are.

A thousand parameters cost more than the statement there: SQLAlchemy writes each of them, and the
driver reads them all again (1.0 of the 5.4 s of a verdict over 10,000 files). SQLite reads them as
they come; a list in JSON instead took twice as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Among(FunctionElement[bool]):
    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it is: SQLite would be asked for `… = 1`, and read the whole table for it."""
        return self


@compiles(_Among)
def _each(element: Any, compiler: Any, **more: Any) -> str:
    listed, _array = element.clauses
    return str(compiler.process(listed, **more))


@compiles(_Among, "postgresql")
def _any(element: Any, compiler: Any, **more: Any) -> str:
    listed, array = element.clauses
    return f"{compiler.process(listed.left, **more)} = ANY ({compiler.process(array, **more)})"


def among(column: Any, values: Iterable[Any]) -> Any:
    """Condition: *column*, of whole numbers or texts, is one of *values*."""
    found = list(values)
    kind: Any = BigInteger if isinstance(column.type, Integer) else Text
    return _Among(column.in_(found), bindparam(None, found, type_=ARRAY(kind)))
