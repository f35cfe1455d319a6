"""Migrations (Alembic). `HEAD` is the newest revision; a test keeps it equal to the scripts."""

HEAD = "0041"
