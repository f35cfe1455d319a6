"""Reads: plain functions of a connection, for `Database.read` or inside an action."""
