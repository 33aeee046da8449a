"""The same cast and browsers as the panel's tests have."""

from __future__ import annotations

from tests.admin_views.conftest import office

__all__ = ["office"]
