"""Finding by name: what somebody types among many things to choose from."""

import unicodedata
from collections.abc import Iterable


def folded(text: str) -> str:
    """A text without what nobody means when typing: case, width, spaces around and doubled."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def named(choices: Iterable[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    """Those of the (value, label) pairs whose label is `text`; else those that have it in them."""
    sought, among = folded(text), [(pair, folded(pair[1])) for pair in choices]
    exact = [pair for pair, label in among if label == sought]
    return exact or [pair for pair, label in among if sought in label]
