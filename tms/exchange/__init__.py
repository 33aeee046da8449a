"""In and out: parse → check → load, and select → project → write (STYLE.md "An import")."""

from tms.exchange.export import export_table
from tms.exchange.imports import import_file
from tms.exchange.result import ImportResult
from tms.exchange.stages import FileRefused, Problem

__all__ = ["FileRefused", "ImportResult", "Problem", "export_table", "import_file"]
