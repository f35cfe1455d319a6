"""What was typed, without what nobody means by typing it: width, case, the sort of a dash."""

import re
import unicodedata

# What NFKC leaves apart: the dashes of every keyboard, the waves, the full stop of Chinese ones,
# and the variants of characters that stand in dates.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹘﹣ー─", "-"),
        **dict.fromkeys("〜∼〰", "~"),
        **dict.fromkeys("。｡", "."),
        **dict.fromkeys("〔【[", "("),
        **dict.fromkeys("〕】]", ")"),
        **dict.fromkeys("“”„‟「」『』«»", '"'),
        "’": "'",
        "點": "点",
        "時": "时",
        "號": "号",
        "週": "周",
        "禮": "礼",
        "個": "个",
        "兩": "两",
        "〇": "零",
    }
)
# Nothing that is read: what cannot be seen, and the signposts of our own screens.
_LEFT_OUT = ("Cf", "Cc", "Co", "Cn", "Cs", "So", "Sk", "Mn", "Me")

_WORDS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")

_LONGEST = 100  # characters of anything that is read


def brief(text: str) -> str:
    """As `plain`, with small numbers in digits and without what ends a sentence. Raises ValueError
    for a text that is longer than any day, time or number is."""
    if len(text) > _LONGEST:
        raise ValueError("too long to be read")
    typed = plain(text).rstrip(" .,;!?~、")
    return _NUMBER_WORD.sub(lambda word: str(_WORDS.index(word[0]) + 1), typed)


def plain(text: str) -> str:
    """`text` as it is read: half-width, lower case, one kind of dash, single spaces, without
    emoji and what cannot be seen. For reading only: it keeps neither the writing nor the length."""
    folded = unicodedata.normalize("NFKC", text).translate(_ALIKE).casefold()
    seen = " ".join("".join(map(_seen, folded)).split())
    return re.sub(r"-{2,}", "-", re.sub(r"~{2,}", "~", seen))


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    if character.isdecimal():  # of whatever script
        return str(unicodedata.decimal(character))
    return "" if unicodedata.category(character) in _LEFT_OUT else character
