"""Several documents of forms as one."""

from __future__ import annotations

import io
from collections.abc import Sequence


def joined(documents: Sequence[bytes]) -> bytes:
    """The pages of all *documents*, one after the other."""
    if len(documents) == 1:
        return documents[0]
    from pypdf import PdfWriter

    out = io.BytesIO()
    with PdfWriter() as writer:
        for each in documents:
            writer.append(io.BytesIO(each), import_outline=False)
        writer.write(out)
    return out.getvalue()
