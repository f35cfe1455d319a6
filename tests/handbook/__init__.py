"""The handbook's pictures, made of the demo year (`make handbook`)."""
