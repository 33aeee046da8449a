"""Python's garbage collector, told what kind of program this is."""

from __future__ import annotations

import gc

#: Objects made before the youngest are looked through, and how often the older ones are.
THRESHOLDS = (50_000, 20, 50)


def settle() -> None:
    """Let what the program itself is made of stay; to be called once it is loaded.

    Looking through it took up to 0.2 s of a part in which nobody else could write, and a quarter of
    the time of a list or file of many rows, hardly any of which are cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
