"""What may become true, made true: plain functions of a connection, each one transaction."""
