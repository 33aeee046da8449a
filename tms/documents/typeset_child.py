"""The child that sets type in our stead; run as a script, with nothing of ours loaded.

The compiler keeps what it has laid out for as long as its process lives: fifty forms take 270 MiB,
two hundred and fifty 1,030. So each document has a process of its own. Reads the data from standard
input, takes the source's and the fonts' places as arguments, writes the PDF to standard output.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(source: str, fonts: str) -> None:
    """One document, untagged: tags would take several times the memory."""
    import typst

    compiler = typst.Compiler(
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]
        )
    )
    inputs = {"data": sys.stdin.buffer.read().decode()}
    made = compiler.compile(Path(source).read_bytes(), sys_inputs=inputs, pdf_tags=False)
    sys.stdout.buffer.write(made)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(*sys.argv[1:])
