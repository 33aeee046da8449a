"""House rules that no linter knows: each test names the places that break one."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 30

#: Where statements may leave the mapped, scoped road. Each has its own tests of scope.
MAY_WRITE_SQL = (
    "tms/db.py",
    "tms/access/scope.py",
    "tms/records/",
    "tms/workflow/",
    "tms/models/lock.py",  # triggers
    "tms/models/due.py",
    "tms/demo/write.py",  # bulk loading of an empty database
    "tms/demo/tables.py",  # its tables without indexes meanwhile
)
#: Made-up ID numbers belong to the dictionary's checks and to tests.
MAY_HOLD_NUMBERS = ("tms/dictionary/",)

ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
HANDLER = re.compile(r"<[^<>]*\son[a-z]+\s*=", re.IGNORECASE)
FOREIGN = re.compile(r"""\b(?:src|href|action|url)\s*[=(]\s*["']?\s*(?:https?:)?//""")
#: Put together, or this file would break its own rule.
OUTSIDE = re.compile("|".join([r"\.\./" + "shared", r"(?<![\w.])/" + "work/"]))
TEXTS = {".py", ".md", ".html", ".txt", ".toml", ".css", ".js", ".csv", ".po", ".typ", ".ini", ""}


@cache
def files(*patterns: str) -> tuple[Path, ...]:
    """Files of the project by glob, without what tools leave behind."""
    found = (path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file())
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


def sources() -> tuple[Path, ...]:
    return files("app.py", "tms/**/*.py")


def templates() -> tuple[Path, ...]:
    return files("templates/**/*", "tms/**/*.html")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def calls() -> Iterator[tuple[Path, ast.Call]]:
    """Every call in the program."""
    for path in sources():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                yield path, node


def place(path: Path, line: int | None = None) -> str:
    name = path.relative_to(ROOT).as_posix()
    return f"{name}:{line}" if line else name


def lies_in(path: Path, places: tuple[str, ...]) -> bool:
    return place(path).startswith(places)


def name_of(node: ast.expr) -> str:
    """The last word of what is called or asked: `get` of `db.session.get`."""
    if isinstance(node, ast.Call):
        return name_of(node.func)
    return getattr(node, "attr", getattr(node, "id", ""))


def imported_from(path: Path, package: str) -> set[str]:
    """Names that *path* imports from *package* or below it."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package
        for alias in node.names
    }


def lines_matching(pattern: re.Pattern[str], paths: tuple[Path, ...]) -> list[str]:
    return [
        place(path, number)
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_row_is_fetched_past_the_scope() -> None:
    """`get` answers from the identity map, where the session's criteria are not asked."""
    found = [
        place(path, call.lineno)
        for path, call in calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"get", "get_one"}
        and name_of(call.func.value).lower() in {"session", "query"}
        and name_of(call.func.value) not in imported_from(path, "flask")  # the cookie
    ]
    assert not found


def test_no_row_is_written_past_the_flush_guard() -> None:
    words = {"bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"}
    found = [place(path, call.lineno) for path, call in calls() if name_of(call.func) in words]
    assert not found


def test_raw_statements_stay_in_the_modules_that_may() -> None:
    found = [
        place(path, call.lineno)
        for path, call in calls()
        if not lies_in(path, MAY_WRITE_SQL) and is_raw(path, call)
    ]
    assert not found


@cache
def conditions_of_indexes(path: Path) -> set[ast.expr]:
    """`text("…")` that says which rows an index holds: part of a table's declaration."""
    return {
        keyword.value
        for keyword in ast.walk(tree_of(path))
        if isinstance(keyword, ast.keyword) and keyword.arg in {"sqlite_where", "postgresql_where"}
    }


def is_raw(path: Path, call: ast.Call) -> bool:
    """Whether *call* makes SQL from text, lifts the scope or takes a bare connection."""
    if call in conditions_of_indexes(path):
        return False
    if name_of(call.func) == "unscoped":
        return True
    if isinstance(call.func, ast.Name):
        return call.func.id == "text" and "text" in imported_from(path, "sqlalchemy")
    if name_of(call.func) == "text":
        return name_of(getattr(call.func, "value", call.func)) in {"sa", "sqlalchemy", "db"}
    return name_of(call.func) in {"connection", "connect"}


def test_files_stay_short() -> None:
    paths = (*sources(), *templates())
    counts = {place(path): len(path.read_text("utf-8").splitlines()) for path in paths}
    assert not {name: lines for name, lines in counts.items() if lines > MAX_FILE_LINES}


def test_functions_stay_short() -> None:
    found = [
        f"{place(path, node.lineno)} {node.name}: {length_of(node)}"
        for path in (*sources(), *files("tests/**/*.py"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and length_of(node) > MAX_FUNCTION_LINES
    ]
    assert not found


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return total
    docstring = function.body[0]
    return total - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def test_no_id_number_stands_in_the_program() -> None:
    paths = files("tms/**/*.py", "tms/**/*.html", "templates/**/*", "tms/**/*.csv")
    paths = tuple(path for path in paths if not lies_in(path, MAY_HOLD_NUMBERS))
    assert not lines_matching(ID_NUMBER, paths)


def test_templates_have_no_inline_handlers() -> None:
    """The content security policy would silently disable them."""
    assert not lines_matching(HANDLER, templates())


def test_nothing_is_loaded_from_elsewhere() -> None:
    paths = (*templates(), *files("tms/static/**/*.css", "tms/static/**/*.js"))
    assert not lines_matching(FOREIGN, paths)


def test_nothing_refers_to_the_developers_folders() -> None:
    """A clone has only itself."""
    folders = ("*", ".ci/*", "tms/**/*", "tests/**/*", "templates/**/*", "docs/**/*", "bench/**/*")
    paths = files(*folders, "migrations/**/*", "supply/**/*")
    assert not lines_matching(OUTSIDE, tuple(path for path in paths if path.suffix in TEXTS))


def test_the_commands_start_with_the_standard_library_alone() -> None:
    """On a new machine `python -m tms setup` runs before anything is installed."""
    program = "import sys; sys.path.insert(0, sys.argv[1]); import tms.__main__"
    command = [sys.executable, "-I", "-S", "-c", program, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
