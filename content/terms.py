"""How an organisation calls its places and people, which stands in many of our texts.

A text says `$community`, `$communities` or `$Community` where another organisation has branches:
the programme file may name them. Put in when the texts are read, they cost nothing later.
"""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from content.problems import Strict

# Letters, and what stands between them: it goes into templates, into buttons and into HTML.
_Word = Annotated[str, Field(pattern=r"^\w(?:[\w \-]{0,18}\w)?$")]
_NAMED = re.compile(r"(?:(?<![A-Za-z])([Aa]) )?\$([A-Za-z]+)")


class Term(Strict):
    """A word in every language; in English also for several."""

    zh: _Word
    en: _Word
    en_several: _Word


class Terms(Strict):
    """The words for a place, for the one above all of them, for people on its register, and for
    all other people."""

    community: Term = Term(zh="社区", en="community", en_several="communities")
    district: Term = Term(zh="区", en="district", en_several="districts")
    member: Term = Term(zh="成员", en="member", en_several="members")
    resident: Term = Term(zh="居民", en="resident", en_several="residents")

    def put_into(self, language: str) -> Callable[[str], str]:
        """What puts the words into a text of a language. That raises ValueError for a word that
        there is not."""
        words = self._words(language)

        def put(found: re.Match[str]) -> str:
            article, name = found[1], found[2]
            if name not in words:
                raise ValueError(f"unknown word ${name}; known: ${', $'.join(words)}")
            if article is None:
                return words[name]
            vowel = words[name][0].lower() in "aeiou"
            return f"{article}{'n' if vowel else ''} {words[name]}"

        return lambda text: _NAMED.sub(put, text)

    def _words(self, language: str) -> dict[str, str]:
        words: dict[str, str] = {}
        for name in type(self).model_fields:
            term: Term = getattr(self, name)
            one, several = (term.zh, term.zh) if language == "zh" else (term.en, term.en_several)
            plural = _USUAL_SEVERAL[name]
            for key, word in ((name, one), (plural, several)):
                words |= {key: word, key.capitalize(): _capital(word)}
        return words


_USUAL_SEVERAL = {name: field.default.en_several for name, field in Terms.model_fields.items()}


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]


USUAL = Terms()
