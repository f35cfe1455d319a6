"""Workbooks (xlsx): what staff send in, and what they take out."""
