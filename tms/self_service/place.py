"""Where the teacher's pages lie, and who may open them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from tms.gate import where

blueprint: Final = Blueprint("mine", __name__, url_prefix="/mine")
#: Which rows of it and which fields, scope and policy say.
OWN: Final = where("own file", lambda actor: actor.teacher_id is not None)
