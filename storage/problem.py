"""What is told when the database cannot be used; apart, so that knowing it costs no import."""


class DatabaseProblem(Exception):
    """The database cannot be used; the message says why and what to do, without a password."""
