"""Languages: Chinese first, English complete (DESIGN.md 4.13)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, get_translations
from flask_babel.speaklater import LazyString

from tms.errors import Message, Say, Term
from tms.packed import unpack

log = logging.getLogger("tms.i18n")

LOCALES = {"zh_Hans_CN": "中文", "en": "English"}


def init_app(app: Flask) -> None:
    """Set Babel up; what a user chose is kept in the session."""
    if uncompiled(Path(app.root_path) / "translations"):
        log.warning("translations are not compiled, pages are Chinese only: python -m tms setup")
    Babel(app, default_translation_directories="translations", locale_selector=select_locale)
    app.jinja_env.globals.update(locales=LOCALES, lang=lang, say=say, listed=listed)
    app.jinja_env.globals["unpack"] = unpack
    app.jinja_env.globals.update(_=gettext, gettext=gettext)


def uncompiled(folder: Path) -> list[Path]:
    """Catalogues in *folder* that were never compiled: nothing is translated by them."""
    found = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    return [source for source in found if not source.with_suffix(".mo").exists()]


def select_locale() -> str | None:
    """The chosen language, else the browser's, else the default (as on the command line)."""
    if not has_request_context():
        return None
    chosen = session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    best = request.accept_languages.best_match(["zh", "zh-CN", "en"])
    return "en" if best == "en" else None


class Words:
    """One language's texts."""

    def __init__(self) -> None:
        locale = get_locale()
        self.lang = "en" if locale is not None and locale.language == "en" else "zh"
        self.texts: Any = get_translations()


def _words() -> Words:
    """The reader's, looked up once a request: a page says hundreds of texts."""
    if not has_request_context():
        return Words()
    chosen = session.get("locale")
    known: tuple[Any, Words] | None = g.get("words")
    if known is None or known[0] != chosen:
        known = g.words = (chosen, Words())
    return known[1]


def gettext(text: str, /, **params: Any) -> str:
    """*text* in the reader's language, with its ``%(name)s`` filled in."""
    found: str = _words().texts.ugettext(text)
    return found % params if params else found


def lazy_gettext(text: str) -> LazyString:
    """As `gettext`, when it is shown."""
    return LazyString(gettext, text)


def lang() -> str:
    """``zh`` or ``en``: which of a declaration's two labels to show."""
    return _words().lang


def listed(words: Iterable[Any]) -> str:
    """*words* one after the other, as the language does: 甲、乙 or a, b."""
    return (", " if lang() == "en" else "、").join(map(str, words))


def clauses(parts: Iterable[Any]) -> str:
    """*parts* as one sentence's: 甲；乙 or a; b."""
    return ("; " if lang() == "en" else "；").join(map(str, parts))


def say_in(language: str) -> Say:
    """`say` in "zh" or "en" where nobody reads at the moment: in a job."""
    locale = "en" if language == "en" else "zh_Hans_CN"

    def said(text: Message | str) -> str:
        with force_locale(locale):
            return say(text)

    return said


def say(text: Message | str) -> str:
    """What an inner layer says, in the reader's language; plain text is data and stays."""
    if isinstance(text, Term):
        return text.en if lang() == "en" else str(text)
    if isinstance(text, str):
        return text
    translated: str = gettext(text.msgid)
    params = {name: _word(value) for name, value in text.params.items()}
    return translated % params if params else translated


def _word(value: Any) -> Any:
    return say(value) if isinstance(value, Message | Term) else value
