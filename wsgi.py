"""Entry for a WSGI server: ``gunicorn wsgi:app``."""

from engagement.wiring import create_app

app = create_app()
