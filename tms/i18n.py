"""Languages: Chinese first, English complete (DESIGN.md 4.13)."""

from __future__ import annotations

from flask import Flask, has_request_context, request, session
from flask_babel import Babel, get_locale, gettext

from tms.errors import Message

LOCALES = {"zh_Hans_CN": "中文", "en": "English"}


def init_app(app: Flask) -> None:
    """Set Babel up; what a user chose is kept in the session."""
    Babel(app, default_translation_directories="translations", locale_selector=select_locale)
    app.jinja_env.globals.update(locales=LOCALES, lang=lang, say=say)


def select_locale() -> str | None:
    """The chosen language, else the browser's, else the default (as on the command line)."""
    if not has_request_context():
        return None
    chosen = session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    best = request.accept_languages.best_match(["zh", "zh-CN", "en"])
    return "en" if best == "en" else None


def lang() -> str:
    """``zh`` or ``en``: which of a declaration's two labels to show."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def say(text: Message) -> str:
    """A message of an inner layer in the reader's language."""
    translated: str = gettext(text.msgid)
    return translated % text.params if text.params else translated
