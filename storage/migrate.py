"""Bringing a database to the shape that this version expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from storage.problem import DatabaseProblem
from storage.startup import CANNOT_OPEN, unusable


def config_for(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Apply every migration that the database at `url` lacks; makes an SQLite file if needed.

    Raises DatabaseProblem if it cannot be opened.
    """
    parsed = make_url(url)
    try:
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        command.upgrade(config_for(url), "head")
    except CANNOT_OPEN as error:
        raise DatabaseProblem(unusable(error)) from error
