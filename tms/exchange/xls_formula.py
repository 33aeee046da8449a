"""Whether the formula of an XLS cell can only come to a number: asked of its last token.

LibreOffice saves the text that another program's formula came to as the number 0, bit by bit the
same as a true 0 (seen in 7.4: `=A2&"x"` of an XLSX file, saved as XLS). Only the formula itself can
tell that a 0 is one.

Source: [MS-XLS] 2.5.198, formulas are in reverse Polish notation, so the last token decides.
"""

from __future__ import annotations

from typing import Final

#: Bytes of each token of fixed length, by its kind without its class.
_LENGTHS: Final[dict[int, int]] = {
    **dict.fromkeys(range(0x03, 0x17), 1),
    **{0x01: 5, 0x02: 5, 0x1C: 2, 0x1D: 2, 0x1E: 3, 0x1F: 9},
    **{0x20: 8, 0x21: 3, 0x22: 4, 0x23: 5, 0x24: 5, 0x25: 9, 0x26: 7, 0x27: 7, 0x28: 7, 0x29: 3},
    **{0x2A: 5, 0x2B: 9, 0x2C: 5, 0x2D: 9, 0x39: 7, 0x3A: 7, 0x3B: 11, 0x3C: 7, 0x3D: 11},
}
_SHARED, _TEXT, _ATTRIBUTE, _PARENTHESES = 0x01, 0x17, 0x19, 0x15
_FUNCTIONS: Final = (0x21, 0x22)
_CHOOSE, _SUM = 0x04, 0x10
#: Sums to powers, signs, percent; numbers as they stand.
_NUMERIC: Final = frozenset({*range(0x03, 0x08), 0x12, 0x13, 0x14, 0x1E, 0x1F})
#: COUNT, SUM, AVERAGE, MIN, MAX, ROW, COLUMN, ABS, INT, ROUND, LEN, VALUE, MOD, MATCH, DATE, DAY,
#: MONTH, YEAR, SEARCH, FIND, COUNTA, PRODUCT, ROUNDUP, ROUNDDOWN, RANK, SUMPRODUCT, SUBTOTAL,
#: SUMIF, COUNTIF, COUNTBLANK, DATEDIF.
_NUMBER_FUNCTIONS: Final = frozenset(
    {0, 4, 5, 6, 7, 8, 9, 24, 25, 27, 32, 33, 39, 64, 65, 67, 68, 69, 82, 124, 169, 183}
    | {212, 213, 216, 228, 344, 345, 346, 347, 351}
)


def _plain(token: int) -> int:
    """The kind of a token without its class (reference, value, array)."""
    return 0x20 | token & 0x1F if token >= 0x20 else token


#: The same by the token as it stands: a hostile file has thirty million of them.
_LENGTH_OF: Final = [_LENGTHS.get(_plain(token), 0) if token < 0x80 else 0 for token in range(256)]
_IS_NUMERIC: Final = [_plain(token) in _NUMERIC for token in range(256)]


def is_number(tokens: bytes) -> bool:
    """Whether the formula can only come to a number (or an error); False where nobody can say."""
    place, end, found = 0, len(tokens), False
    while place < end:
        token = tokens[place]
        length = _LENGTH_OF[token] or _length(tokens, place)
        if not length or place + length > end:
            return False
        if token == _ATTRIBUTE:
            found = found or tokens[place + 1] == _SUM
        elif token != _PARENTHESES:
            found = _IS_NUMERIC[token] or _is_function(tokens[place : place + length])
        place += length
    return found


def shared_from(tokens: bytes) -> tuple[int, int] | None:
    """Row and column of the cell with whose formula this one is shared; None where it is its own.

    Rows and columns are counted from 0.
    """
    if len(tokens) < _LENGTHS[_SHARED] or tokens[0] != _SHARED:
        return None
    return int.from_bytes(tokens[1:3], "little"), int.from_bytes(tokens[3:5], "little")


def _length(tokens: bytes, place: int) -> int:
    """Bytes of the token at *place*, which varies; 0 where it is unknown or cut off."""
    kind = tokens[place]
    if kind == _TEXT and place + 2 < len(tokens):
        return 3 + tokens[place + 1] * (1 + (tokens[place + 2] & 1))
    if kind == _ATTRIBUTE and place + 3 < len(tokens):
        ways = int.from_bytes(tokens[place + 2 : place + 4], "little") + 1
        return 4 + 2 * ways * (tokens[place + 1] == _CHOOSE)
    return 0


def _is_function(token: bytes) -> bool:
    """Whether it calls a function that gives a number."""
    is_call = _plain(token[0]) in _FUNCTIONS
    return is_call and int.from_bytes(token[-2:], "little") in _NUMBER_FUNCTIONS
