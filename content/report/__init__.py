"""The annual summary of a place: its words, as a Word file, as Markdown."""
