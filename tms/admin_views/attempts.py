"""Doing and committing: a refusal is rolled back and said, at its fields where it names some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, flash, g
from sqlalchemy.exc import IntegrityError

from tms.db import db
from tms.errors import Invalid, TmsError
from tms.i18n import gettext as _
from tms.i18n import lang, say

T = TypeVar("T")


def attempt(act: Callable[[], T], form: Any = None, said: str = "") -> tuple[T | None, int]:
    """What *act* gives, committed, and 200; None and the status of its refusal.

    Nothing is done where the reader called it off when he was asked who he is (`tms.gate`).

    :param said: what is said when it is done.
    """
    if g.get("is_called_off"):
        flash(_("已取消，没有提交；填写的内容还在。"), "warning")
        return None, 409
    try:
        result = act()
        db.session.commit()
    except TmsError as error:
        db.session.rollback()
        tell(error, form)
        return None, error.status
    except IntegrityError as error:
        db.session.rollback()
        current_app.logger.warning("integrity: %s", type(error.orig).__name__)
        flash(_("内容与已有数据冲突，没有保存。请刷新后再试。"), "danger")
        return None, 409
    if said:
        flash(said, "success")
    return result, 200


def tell(error: TmsError, form: Any = None) -> None:
    """Say a refusal: the sentence on top, its findings at their fields.

    A form that sums its findings up itself needs no sentence besides.
    """
    findings = error.findings if isinstance(error, Invalid) else []
    if not (findings and getattr(form, "sums_up", False)):
        flash(say(error.text), "danger")
    for finding in findings:
        field = form[finding.field] if form is not None and finding.field in form else None
        if field is None:
            flash(finding.message(lang()), "danger")
        else:
            field.errors = [*field.errors, finding.message(lang())]
