"""Whether a text shows anything: invisible characters alone are no answer and no name."""

import unicodedata

# Letters by their category, blank to the eye: Hangul fillers and the Braille blank.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def is_visible(text: str) -> bool:
    """True if at least one character of `text` can be seen."""
    return any(unicodedata.category(c)[0] not in "ZC" and c not in _BLANK for c in text)
