"""WSGI entry."""

from tms import create_app

app = create_app()
