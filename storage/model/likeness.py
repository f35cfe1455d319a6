"""How alike two short texts are, in Chinese and English: what two neighbours say of one lamp.

Chinese has no spaces, and half of a short sentence is what every suggestion says ("希望增加…",
"…坏了"). So that is taken out, and what is left is compared in pairs of characters, or in words
where there are spaces. Measured against other measures in docs/decisions/0014-support.md.
"""

import re
import unicodedata
from itertools import islice
from math import sqrt

# These four are chosen with the pairs of sentences in test_likeness.
ALIKE = 0.36  # from here on two texts may be about one thing
_PARTS = 8  # of a text are compared: whoever writes more has come to the point by then
READ = 120  # characters in which they are looked for
_LITTLE = 0.25  # weight of a single character or a number, of which "3号楼" is the usual one

# Any suggestion may say these, so they tell nothing.
_PHRASES = (
    "建议|希望|请求|可以|能不能|能否|需要|应该|增加|增设|添加|小区|社区|我们|有人|没人|没有|已经|一下|"
    "经常|总是|老是|尊敬|领导|您好|你好|我是|居民|业主|谢谢|坏了|损坏|问题|反映|什么|时候|"
    "[一二三四五六七八九十]*号楼|单元|一带|附近|旁边"
)
_PARTICLES = "的了在是有很太又再也都把被得地着过吗呢吧请不没个几多里到和与还就这那等装栋"
_WORDS = (
    "a|an|the|is|are|was|were|be|been|and|or|of|in|on|at|to|for|with|by|from|it|its|this|that|"
    "there|here|please|more|no|not|nobody|has|have|had|do|does|did|we|our|you|i|my|can|could|"
    "should|would|very|too|near|next|again|out|all|building|broken|needs?|needed|want|add|put|get|"
    "so|days"
)
_NOTHING = re.compile(rf"{_PHRASES}|[{_PARTICLES}]|\b(?:{_WORDS})\b")
_RUN = re.compile(r"[0-9]+|[a-z']+|[\u3400-\u9fff]+")


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How alike two texts are of which `said` was taken, from 0 (nothing in common) to 1.

    The Otsuka-Ochiai coefficient with weights; `ALIKE` and more is alike. It is kinder than others
    to a short text beside a long one.
    """
    total = _weight(one) * _weight(other)
    return _weight(one & other) / sqrt(total) if total else 0.0


def said(text: str) -> frozenset[str]:
    """What the beginning of a text is about: pairs of Chinese characters, words and numbers."""
    plain = unicodedata.normalize("NFKC", text[:READ]).casefold()
    runs = _RUN.findall(_NOTHING.sub(" ", plain))
    found = dict.fromkeys(part for run in runs for part in _parts(run))  # keeps their order
    return frozenset(islice(found, _PARTS))


def _parts(run: str) -> list[str]:
    if run[0] >= "\u3400":
        return [run[i : i + 2] for i in range(max(1, len(run) - 1))]
    return [run.removesuffix("s") if len(run) > 3 else run]


def _weight(parts: frozenset[str]) -> float:
    return sum(_LITTLE if len(part) == 1 or part.isdigit() else 1.0 for part in parts)
