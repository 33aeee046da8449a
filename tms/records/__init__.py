"""The one door for writing: rows of files, files, units, accounts; and the checks on them."""

from tms.records.files import NewFile, create_files
from tms.records.save import RowChange, SaveResult, save

__all__ = ["NewFile", "RowChange", "SaveResult", "create_files", "save"]
