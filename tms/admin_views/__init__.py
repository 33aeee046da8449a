"""The plain panel: views generated from the declarations."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the panel's views."""
