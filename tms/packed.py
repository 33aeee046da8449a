"""Texts as JSON: what a job or an import says is stored, and read in whatever language later."""

from __future__ import annotations

from typing import Any

from tms.errors import Message, Term, Text


def pack(text: Text | str) -> Any:
    """*text* as JSON can hold it, with parameters and both languages."""
    if isinstance(text, Message):
        return {"msgid": text.msgid, "params": {k: _packed(v) for k, v in text.params.items()}}
    return {"zh": str(text), "en": text.en} if isinstance(text, Term) else text


def _packed(value: Any) -> Any:
    if isinstance(value, Message | str):
        return pack(value)
    return value if isinstance(value, int | float | None) else str(value)


def unpack(packed: Any) -> Any:
    """What `pack` packed: a Message, a Term, or plain text."""
    if not isinstance(packed, dict):
        return packed
    if "msgid" in packed:
        params = {key: unpack(value) for key, value in packed["params"].items()}
        return Message(packed["msgid"], params)
    return Term(packed["zh"], packed["en"])
