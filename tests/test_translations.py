"""Chinese first, English complete: every text is marked, extracted and translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.test_house import calls, files, lies_in, name_of, place, sources, templates, tree_of
from tms.i18n import uncompiled

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = ROOT / "tms/translations/en/LC_MESSAGES/messages.po"

#: As in CONTRIBUTING.md, "A new text".
MARKS = ("message", "_l", "lazy_gettext")
CALLS = {*MARKS, "_", "gettext"}
HAN = re.compile("[\u3400-\u9fff]")
#: Moreover Chinese punctuation and full-width forms.
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z%]")

#: What people read in the browser. Declarations bring both languages, the command line is Chinese.
PAGES = ("tms/admin_views/", "tms/self_service/", "tms/auth.py", "tms/web.py")
#: Here a sentence is a message with parameters, never put together.
SPEAKING = (*PAGES, "tms/access/", "tms/records/", "tms/workflow/", "tms/exchange/")
#: Puts what others marked into words.
TRANSLATES = "tms/i18n.py"

COMMENT = re.compile(r"\{#.*?#\}|\{% trans .*?%\}.*?\{% endtrans %\}", re.DOTALL)
MARKED = re.compile(r"""(?<!\w)_\(\s*(?:'[^']*'|"[^"]*")""")


@cache
def catalog() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


@cache
def extracted() -> frozenset[str]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, **dict.fromkeys(MARKS)}
    found = extract_from_dir(str(ROOT), methods, options, keywords)
    return frozenset(str(text) for _, _, text, _, _ in found)


def translations() -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in catalog() if entry.id}


def test_every_text_is_in_english() -> None:
    known = {msgid for msgid, text in translations().items() if text.strip()}
    assert len(extracted()) > 250
    assert not extracted() - known


def test_nothing_is_left_over_or_guessed() -> None:
    assert not translations().keys() - extracted()
    assert not catalog().obsolete
    assert not [entry.id for entry in catalog() if entry.id and entry.fuzzy]


def test_english_has_the_same_parameters_as_chinese() -> None:
    different = {
        msgid: text
        for msgid, text in translations().items()
        if sorted(PLACEHOLDER.findall(msgid)) != sorted(PLACEHOLDER.findall(text))
    }
    assert not different


def test_english_is_english() -> None:
    assert not [text for text in translations().values() if CHINESE.search(text)]


def test_templates_mark_what_they_say() -> None:
    found = []
    for path in templates():
        text = COMMENT.sub(lambda cut: "\n" * cut[0].count("\n"), path.read_text("utf-8"))
        lines = enumerate(MARKED.sub("", text).splitlines(), 1)
        found += [place(path, number) for number, line in lines if CHINESE.search(line)]
    assert templates()
    assert not found


def test_scripts_say_nothing_of_their_own() -> None:
    scripts = files("tms/static/**/*.js")
    assert not [place(path) for path in scripts if HAN.search(path.read_text("utf-8"))]


def test_pages_mark_what_they_say() -> None:
    found = [
        place(path, node.lineno)
        for path in sources()
        if lies_in(path, PAGES)
        for node in unmarked(tree_of(path))
        if isinstance(node, ast.Constant) and HAN.search(str(node.value))
    ]
    assert not found


def unmarked(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but docstrings and what stands in a marking call."""
    for node in ast.iter_child_nodes(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_marked = isinstance(node, ast.Call) and name_of(node.func) in CALLS
        if not is_docstring and not is_marked:
            yield node
            yield from unmarked(node)


def test_sentences_are_not_put_together() -> None:
    """An f-string cannot be extracted, and word order differs between languages."""
    found = [
        place(path, node.lineno)
        for path in sources()
        if lies_in(path, SPEAKING)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.JoinedStr)
        and any(isinstance(v, ast.Constant) and HAN.search(str(v.value)) for v in node.values)
    ]
    assert not found


def test_what_is_marked_stands_there_in_full() -> None:
    """Babel takes literals only; a name or an expression would stay Chinese for everybody."""
    found = [
        place(path, call.lineno)
        for path, call in calls()
        if isinstance(call.func, ast.Name)
        and call.func.id in CALLS
        and not lies_in(path, (TRANSLATES,))
        and not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    assert not found


def test_what_is_marked_is_extracted() -> None:
    """Within an f-string Babel does not see the call."""
    found = [
        place(path, call.lineno)
        for path, call in calls()
        if isinstance(call.func, ast.Name) and call.func.id in CALLS
        for text in call.args[:1]
        if isinstance(text, ast.Constant) and text.value not in extracted()
    ]
    assert not found


def test_a_catalogue_that_was_not_compiled_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").touch()

    assert uncompiled(tmp_path) == [folder / "messages.po"]
    (folder / "messages.mo").touch()
    assert not uncompiled(tmp_path)
