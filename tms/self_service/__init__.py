"""我的档案: the teacher's own pages at /mine/, for a phone first.

They stand on the panel's forms, values and words, and say nothing that the engines below do not.
"""

from __future__ import annotations

from importlib import import_module

from flask import Flask

#: Each adds its addresses to the blueprint when it is imported.
PARTS = ("pages", "rows", "acts", "mending", "keeping", "guide")


def init_app(app: Flask) -> None:
    """Register the pages; comes after the panel's."""
    from tms.self_service.place import blueprint

    for part in PARTS:
        import_module(f"{__name__}.{part}")
    app.register_blueprint(blueprint)
    app.jinja_env.globals["just_saved"] = import_module(f"{__name__}.keeping").just_saved
