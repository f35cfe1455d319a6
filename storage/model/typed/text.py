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
        **dict(
            zip("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千", strict=True)
        ),
        **dict.fromkeys("·・•", "."),
    }
)
# Nothing that is read: what cannot be seen, and the signposts of our own screens.
_LEFT_OUT = ("Cf", "Cc", "Co", "Cn", "Cs", "Mn", "Me")
_SIGNS = ("So", "Sk")  # emoji, and marks such as "^": left out, too, but they part two numbers
_SIGN = "\0"  # what stands for one until then: no text has it
_PARTING = re.compile(rf"(?<=\d){_SIGN}+(?=\d)")

_ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: n for n, word in enumerate(_ONES, 1)} | {
    word: 10 * n for n, word in enumerate(_TENS, 2)
}
_NUMBER_WORD = re.compile(
    rf"\b(?:({'|'.join(_TENS)})(?:[- ]({'|'.join(_ONES[:9])}))?|({'|'.join(_ONES)}))\b"
)

_RAISED = re.compile(r"(?<=\d)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_LONGEST = 100  # characters of anything that is read


def brief(text: str) -> str:
    """As `plain`, with small numbers in digits and without what ends a sentence. Raises ValueError
    for a text that is longer than any day, time or number is."""
    if len(text) > _LONGEST:
        raise ValueError("too long to be read")
    typed = plain(text).rstrip(" .,;!?~、")
    return _NUMBER_WORD.sub(_in_digits, typed)


def _in_digits(found: re.Match[str]) -> str:
    return str(sum(_WORDS[word] for word in found.groups() if word))


def plain(text: str) -> str:
    """`text` as it is read: half-width, lower case, one kind of dash, single spaces, without
    emoji and what cannot be seen. For reading only: it keeps neither the writing nor the length."""
    text = _RAISED.sub(r"#\1", text)  # 10⁶ is not 106
    folded = unicodedata.normalize("NFKC", text).translate(_ALIKE).casefold()
    parted = _PARTING.sub(" ", "".join(map(_seen, folded))).replace(_SIGN, "")
    seen = " ".join(parted.split())
    return re.sub(r"-{2,}", "-", re.sub(r"~{2,}", "~", seen))


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    if character.isdecimal():  # of whatever script
        return str(unicodedata.decimal(character))
    category = unicodedata.category(character)
    if category in _SIGNS:
        return _SIGN
    return "" if category in _LEFT_OUT else character
