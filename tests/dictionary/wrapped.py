"""Values that behave under Python's operators as DOMAIN.md 12 asks of the YAML's expressions."""

from __future__ import annotations

from typing import Any


class Skip(Exception):
    """The question is not asked."""


class Empty(str):
    """An empty field: equals '', orders with nothing."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __lt__(self, other: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__

    def __mul__(self, other: Any) -> Empty:
        return self

    __rmul__ = __mul__


EMPTY = Empty()


class Moment:
    """A month or a date; a month and a date compare by month."""

    def __init__(self, *parts: int) -> None:
        self.parts = parts

    def _both(self, other: Any) -> tuple[Any, Any]:
        n = min(len(self.parts), len(other.parts))
        return self.parts[:n], other.parts[:n]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            raise Skip
        a, b = self._both(other)
        return bool(a == b)

    def __lt__(self, other: Any) -> bool:
        return not isinstance(other, str) and self._both(other)[0] < self._both(other)[1]

    def __gt__(self, other: Any) -> bool:
        return not isinstance(other, str) and self._both(other)[0] > self._both(other)[1]

    def __le__(self, other: Any) -> bool:
        return not isinstance(other, str) and not self > other

    def __ge__(self, other: Any) -> bool:
        return not isinstance(other, str) and not self < other

    __hash__ = None  # type: ignore[assignment]
