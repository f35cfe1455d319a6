"""What a text outside a form could be: a wish in plain words, a question, something to read."""

import re
from functools import cache
from typing import NamedTuple

from content.courses import Course, Courses, Item
from content.programme import Words
from content.texts import Texts
from storage.model.naming import folded
from storage.model.person import LANGUAGES
from storage.model.typed.text import plain

WISHES = (
    *("help", "start", "study", "events", "suggest", "track", "me", "settings", "cancel", "leave"),
    "check_in",
    *(
        "staff",
        "inbox",
        "notice",
        "broadcasts",
        "push",
        "post",
        "log",
        "stats",
        "plan",
        "report",
        "close",
        "invite",
        "communities",
    ),
)
_ANYWHERE = ("cancel", "help")
_WITH_TEXT = ("suggest", "notice", "post", "log")  # what takes the text behind it
_LONGEST_WISH = 50  # characters
_POLITE = re.compile(
    r"^(?:请问|请|麻烦|帮我|我想要|我想|我要|想要|想|怎么样|怎么|怎样|如何|在哪里|去哪里|查看|看看)+|(?:一下|在哪里?|怎么看)$"
    r"|^(?:please|i want to|i would like to|i'd like to|can i|how do i|how can i|how to|show me)\b"
    r"|\bplease$"
)
FOUND = 2  # items of the library under one text
_SOUGHT = range(2, 25)  # characters of what is looked for; less is in everything
_ASKING = re.compile(
    r"[?？]|[吗呢]$|怎么|怎样|如何|哪[里儿个天]|什么|多少|几点|几号|谁|为啥|能不能|可不可以|电话"
    r"|^(?:what|how|where|when|who|why|which|can|could|is|are|do|does|may)\b"
)
_AROUND = re.compile(
    r"请问|我想|想知道|关于|是什么|什么是|什么叫|怎么办|怎么|怎样|如何|什么|[吗呢啊呀的]$|[?？!！。.，,]"
    r"|\b(?:what is|what are|what|how to|how do i|how|about|an?|the)\b"
)


class Wish(NamedTuple):
    """The name of a command, "leave" or "check_in"; None for no wish. `rest`: the text that goes
    with it."""

    name: str | None = None
    rest: str = ""


def wish_of(text: str, texts: Texts) -> Wish:
    """What is wished with a text of a few plain words, in any of our languages, also politely or as
    a question how to; with what stands behind a colon."""
    words, colon, rest = text.partition(":" if ":" in text else "：")
    if colon and rest.strip():
        return Wish(name, rest.strip()) if (name := _named(words, texts)) in _WITH_TEXT else Wish()
    return Wish(_named(text, texts))


def _named(text: str, texts: Texts) -> str | None:
    if len(text) > _LONGEST_WISH:
        return None
    said, known = _bare(text), _words(texts)
    return known.get(said) or known.get(_POLITE.sub("", said).strip())


def command_called(text: str, texts: Texts) -> str | None:
    """The command that a text calls by its name, of those that are meant wherever they are said; in
    any of our languages. Other words for them may be answers: "算了"."""
    if len(text) > _LONGEST_WISH:
        return None
    said = _bare(text)
    return next((name for name in _ANYWHERE if said in _called(name, texts)), None)


@cache
def _called(name: str, texts: Texts) -> frozenset[str]:
    every = (texts.in_(each).label(f"said.{name}").split("|") for each in LANGUAGES)
    return frozenset(_bare(words[0]) for words in every)


def is_question(text: str) -> bool:
    """Whether somebody asks something."""
    return bool(_ASKING.search(folded(text)))


def items_about(courses: Courses, text: str) -> list[tuple[Course, int, Item]]:
    """Items of the library that have it in their title, then those that have it in their text; with
    their numbers in their courses."""
    sought = " ".join(_AROUND.sub(" ", folded(text)).split())
    if len(sought) not in _SOUGHT or (sought.isascii() and len(sought) < 4):
        return []
    library = _library(courses)
    named = [each for each in library if sought in each.titles]
    told = [each for each in library if sought in each.bodies and sought not in each.titles]
    return [each.found for each in (*named, *told)][:FOUND]


class _Known(NamedTuple):
    """An item with its course and number, and all its titles and texts as they are sought in."""

    found: tuple[Course, int, Item]
    titles: str
    bodies: str


@cache
def _library(courses: Courses) -> tuple[_Known, ...]:
    """Kept as long as the library is: to fold all of it took longer than the rest of an answer."""
    return tuple(
        _Known((course, number, item), _folded(item.title), _folded(item.body))
        for course in courses
        for number, item in enumerate(course.items, start=1)
    )


def _folded(told: Words) -> str:
    return "\n".join((folded(told.zh), folded(told.en)))


@cache
def _words(texts: Texts) -> dict[str, str]:
    return {
        _bare(word): name
        for language in LANGUAGES
        for name in WISHES
        for word in texts.in_(language).label(f"said.{name}").split("|")
    }


def _bare(text: str) -> str:
    said = plain(text)
    return said.strip(' .!?,、~()<>‹›"') or said
