"""Sentences as JSON, so that what a job found can be said later in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2s
from json import dumps
from typing import Any

from tms.errors import Message, Term, Text
from tms.records.audit import plain

#: Bytes of a key: a job has a few hundred different sentences at most.
_KEY = 6


def pack(text: Text) -> dict[str, Any]:
    """*text* as JSON; the kind of a refusal is not kept."""
    if isinstance(text, Term):
        return {"zh": str(text), "en": text.en}
    return {"msgid": text.msgid, "params": {k: _packed(v) for k, v in text.params.items()}}


def _packed(value: Any) -> Any:
    return pack(value) if isinstance(value, Message | Term) else plain(value)


def unpack(packed: Mapping[str, Any]) -> Text:
    """The sentence that `pack` made JSON of."""
    if "zh" in packed:
        return Term(packed["zh"], packed["en"])
    params = packed["params"].items()
    return Message(packed["msgid"], {k: _unpacked(v) for k, v in params})


def _unpacked(value: Any) -> Any:
    return unpack(value) if isinstance(value, Mapping) else value


def key_of(packed: Mapping[str, Any]) -> str:
    """A short key, the same for the same sentence."""
    return blake2s(dumps(packed, sort_keys=True).encode(), digest_size=_KEY).hexdigest()
