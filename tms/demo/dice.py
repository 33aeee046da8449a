"""Chance that comes out alike for the same seed, and quick: a million people are rolled."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

#: Keeps the streams of different people apart.
STRIDE = 1_000_003


class Dice:
    """The rolls of one person: number *n* of installation *seed*."""

    __slots__ = ("roll",)

    def __init__(self, seed: int, n: int) -> None:
        self.roll = random.Random(seed * STRIDE + n).random  # noqa: S311  nothing secret

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.roll() < probability

    def pick(self, options: Sequence[T]) -> T:
        """One of *options*."""
        return options[int(self.roll() * len(options))]

    def between(self, low: int, high: int) -> int:
        """A whole number from *low* to *high*."""
        return low + int(self.roll() * (high - low + 1))

    def digits(self, count: int) -> str:
        """*count* digits, the first of them not special."""
        return f"{int(self.roll() * 10**count):0{count}d}"
