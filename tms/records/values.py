"""Between what people mean and what columns hold: multiple choices joined, ID numbers sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from tms.crypto import keyring, mask_number
from tms.dictionary import Field, from_stored, stored
from tms.models import TABLES, SectionRecord

#: The field whose value says what kind of number an encrypted field holds (index over both).
KIND_OF = {"id_number": "id_type"}
DEFAULT_ID_TYPE = "1"


def to_columns(
    model: type[SectionRecord], row_id: int, values: Mapping[str, Any], kinds: Mapping[str, Any]
) -> dict[str, Any]:
    """Column values for *values* (canonical, by field key) of row *row_id*.

    :param kinds: all values of the row after the change; says the type of a number.
    """
    columns: dict[str, Any] = {}
    for key, value in values.items():
        field = model.dictionary.fields[key]
        if field.encrypted:
            columns |= _sealed(model, field, row_id, value, kinds)
        else:
            columns[key] = stored(field, value)
    return columns


def _sealed(
    model: type[SectionRecord], field: Field, row_id: int, value: Any, kinds: Mapping[str, Any]
) -> dict[str, Any]:
    names = (field.key, f"{field.key}_index", f"{field.key}_mask")
    if not value:
        return dict.fromkeys(names)
    ring = keyring()
    place = {"table": model.__tablename__, "column": field.key, "row": row_id}
    return {
        names[0]: ring.seal(str(value), **place),
        names[1]: number_index(field.key, value, kinds),
        names[2]: mask_number(str(value)),
    }


def number_index(key: str, value: Any, kinds: Mapping[str, Any]) -> str:
    """Blind index of an encrypted value, over its type and itself."""
    kind = kinds.get(KIND_OF.get(key, "")) or DEFAULT_ID_TYPE
    return keyring().blind_index(str(kind), str(value))


def reindexed(touched: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """A number whose type changed gets another index, though the number itself stays."""
    return {
        f"{key}_index": number_index(key, after[key], after)
        for key, kind in KIND_OF.items()
        if kind in touched and key not in touched and after.get(key)
    }


def from_row(
    model: type[SectionRecord], row: Mapping[str, Any], *, open_numbers: bool = False
) -> dict[str, Any]:
    """Canonical values by field key; of encrypted fields the mask, unless *open_numbers*.

    Only checks and comparisons inside the door open numbers; nothing that is shown does.
    """
    values: dict[str, Any] = {}
    for key, field in model.dictionary.fields.items():
        if not field.encrypted:
            values[key] = from_stored(field, row[key])
        elif open_numbers and row[key]:
            place = {"table": model.__tablename__, "column": key, "row": row["id"]}
            values[key] = keyring().open(row[key], **place)
        else:
            values[key] = row[f"{key}_mask"]
    return values


def contents(model: type[SectionRecord], row_id: int, values: Sequence[Any]) -> dict[str, Any]:
    """Canonical values of a whole row given in the order of its fields, without empty ones.

    As `from_row` with numbers opened, for checks of a great many rows.
    """
    keys, multiple, encrypted = _kinds_of(model.__tablename__)
    found = {key: value for key, value in zip(keys, values, strict=True) if value is not None}
    for key in multiple:
        if key in found:
            found[key] = found[key].split(",")
    for key in encrypted:
        if key in found:
            place = {"table": model.__tablename__, "column": key, "row": row_id}
            found[key] = keyring().open(found[key], **place)
    return found


@cache
def _kinds_of(table: str) -> tuple[tuple[str, ...], ...]:
    """Keys of the fields, of those that hold several codes, and of the encrypted ones."""
    fields = TABLES[table].dictionary.fields
    multiple = tuple(key for key, field in fields.items() if field.multiple)
    encrypted = tuple(key for key, field in fields.items() if field.encrypted)
    return tuple(fields), multiple, encrypted
