"""The words: every key exists and is used, in every language, with the right punctuation."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from content.programme import SHELF, load_programme
from content.programme import Words as BothLanguages
from content.texts import SHIPPED, check_texts, load_texts, read_language
from handlers import table
from storage.model.person import LANGUAGES
from tests.architecture.source import ROOT, Module, product
from tests.clock import monday_noon

# ("event.full") or f"state.{…}": text keys are recognised by the name of a file before the dot.
KEY = re.compile(r"[a-z]+\.[a-z0-9_]+")
PREFIX = re.compile(r"([a-z]+\.[a-z0-9_]*)")

CJK = r"[\u3400-\u9fff\u3001-\u3011\uff01-\uff5e]"
HALF = r"[,;:?!()]"
BESIDE = re.compile(rf"(?<={CJK}){HALF}|{HALF}(?={CJK})")
PROGRAMMES = sorted(SHELF.glob("*/programme.yaml"))
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@cache
def keys() -> frozenset[str]:
    return frozenset(read_language(SHIPPED / LANGUAGES[0]))


@cache
def used() -> tuple[dict[str, str], dict[str, str]]:
    """Keys and prefixes of keys in the code, each with a place where it is used."""
    files = {key.split(".")[0] for key in keys()}
    exact: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for module in product("bot", "handlers", "scheduler", "content", "storage"):
        if module.path.startswith("bot/simulator"):
            continue
        for node, text, is_prefix in _strings(module):
            pattern = PREFIX if is_prefix else KEY
            if pattern.fullmatch(text) and text.split(".")[0] in files:
                (prefixes if is_prefix else exact).setdefault(text, module.at(node))
    return exact, prefixes


def _strings(module: Module) -> Iterator[tuple[ast.AST, str, bool]]:
    """Plain strings, and the beginnings of f-strings."""
    parts: set[ast.AST] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.JoinedStr) and node.values:
            parts |= set(node.values)
            first = node.values[0]
            if isinstance(first, ast.Constant) and len(node.values) > 1:
                yield node, str(first.value), True
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            yield node, node.value, False


def test_the_texts_are_complete():
    assert check_texts() == [], "Every text exists in every language, with the same names in it."


# Strings that look like keys and are something else.
NOT_KEYS = {"aiogram.event"}


def test_every_key_in_the_code_exists():
    exact, prefixes = used()
    missing = [
        f"{place}: {key}" for key, place in exact.items() if key not in keys() | NOT_KEYS
    ] + [
        f"{place}: {prefix}…"
        for prefix, place in prefixes.items()
        if not any(key.startswith(prefix) for key in keys())
    ]
    assert not missing, "\n".join(["A text that does not exist breaks a screen:", *missing])


def test_every_text_is_used():
    exact, prefixes = used()
    said = {
        text
        for module in product("bot", "handlers", "scheduler", "content", "storage")
        for _, text, is_prefix in _strings(module)
        if not is_prefix
    }
    # A key that is put together, such as f"day.{day}", ends in a word that the code has.
    unused = sorted(
        key
        for key in keys() - exact.keys()
        if not any(key.startswith(p) and key.removeprefix(p) in said for p in prefixes)
    )
    assert not unused, "\n".join(
        ["A text that nobody says is translated and kept for nothing; take it out:", *unused]
    )


# A command begins a word; in an address or a tag something stands before its slash.
COMMAND = re.compile(r"(?<![\w/.<>])/([a-z]+)\b")


def test_every_command_in_a_text_exists():
    commands = {entry.name for entry in table().commands}
    found = [
        f"content/texts/{language}: {key}: /{name}"
        for language in LANGUAGES
        for key, text in read_language(SHIPPED / language).items()
        for name in COMMAND.findall(text)
        if name not in commands
    ]
    assert not found, "\n".join(["Who says it is told that there is no such command:", *found])


def _chinese_texts() -> Iterator[tuple[str, str]]:
    """Every Chinese text that people read, with the place where it stands."""
    for key, text in read_language(SHIPPED / "zh").items():
        # One neutral character for each expression, so that what stands beside it is seen.
        yield f"content/texts/zh: {key}", JINJA.sub("\ue000", text)
        for expression in JINJA.findall(text):
            for quoted in re.findall(r'"([^"]*)"', expression):
                yield f"content/texts/zh: {key}", quoted
    yield from _words_of_the_page()
    from content.courses import courses_of

    every = {course.id: course for path in PROGRAMMES for course in courses_of(path.parent)}
    for course in every.values():
        yield from _both(f"course {course.id}", course.title, course.summary)
        for item in course.items:
            yield from _both(f"{course.id}/{item.id}", item.title, item.body, *item.sources)
    for path in PROGRAMMES:
        for line in path.read_text("utf-8").splitlines():
            for name in re.findall(r"zh: ([^,}]*)", line):
                yield str(path.relative_to(ROOT)), name


def _words_of_the_page() -> Iterator[tuple[str, str]]:
    page = (ROOT / "bot/simulator/page/words.js").read_text("utf-8")
    for name, text in re.findall(r'(\w+): \["([^"]*)", "', page):
        if name != "labels":  # a list
            yield f"words.js: {name}", re.sub(r"\{\w+\}", "\ue000", text)


def _both(place: str, *words: BothLanguages) -> Iterator[tuple[str, str]]:
    for each in words:
        yield place, each.zh


@pytest.mark.parametrize("handbook", ["docs/handbook.zh.md"])
def test_the_chinese_handbook_uses_chinese_punctuation(handbook: str):
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)", "\ue000", (ROOT / handbook).read_text("utf-8"))
    assert _half_width(handbook, prose) == []


def test_chinese_texts_use_chinese_punctuation():
    found = [problem for place, text in _chinese_texts() for problem in _half_width(place, text)]
    assert not found, "\n".join(
        [
            "Beside a Chinese character punctuation is full-width. Half-width marks look broken to "
            "readers of Chinese; keyboards and tools put them in unseen:",
            *found,
        ]
    )


# What is called otherwise everywhere: one word for one thing.
OTHERWISE = {
    "zh": {
        "实施": "已办结",
        "办理中": "已采纳",
        "来了": "到场",
        "没来": "未到场",
        "没报名": "未报名",
        "学过": "已学习",
        "拒绝": "没有同意",
        "屏蔽": "停用",
        "办活动": "发布活动",
        "发起活动": "发布活动",
    },
    "en": {
        "No matter": "Any",
        "That is right": "Done",
        "in hand": "adopted",
        "was cancelled": "was called off",
        "acknowledged": "done",
        "no way back": "cannot be undone",
        "New event": "Post an event",
        "Create an event": "Post an event",
    },
}
SAME_WORDS = {  # other things, which these words name rightly
    "said.post": "what people may type",
    "event.given_back": "one's own place",
    "broadcast.count_cancelled": "messages",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_has_one_word(language: str):
    programmes = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in PROGRAMMES}
    texts = {**read_language(SHIPPED / language), **programmes}
    found = [
        f"{key}: {word!r} is {right!r} everywhere else"
        for key, text in texts.items()
        if key not in SAME_WORDS
        for word, right in OTHERWISE[language].items()
        if word in text and not (language == "en" and key in programmes)
    ]
    assert not found, "\n".join(["Two words for one thing look like two things:", *found])


def test_chinese_quotation_marks_are_those_of_the_mainland():
    handbook = ("docs/handbook.zh.md", (ROOT / "docs/handbook.zh.md").read_text("utf-8"))
    straight = re.compile(r'[「」『』﹁﹂]|(?<=[\u3400-\u9fff])"|"(?=[\u3400-\u9fff])')
    found = [
        f"{place}: {text[max(0, m.start() - 8) : m.end() + 8]!r}"
        for place, text in [*_chinese_texts(), handbook]
        for m in straight.finditer(re.sub(r"`[^`]*`", "", text))
    ]
    assert not found, "\n".join(["Quotation marks are “ ” and ‘ ’ in Chinese:", *found])


def test_english_quotation_marks_are_curly():
    found = [
        f"{key}: {text!r}"
        for key, text in read_language(SHIPPED / "en").items()
        if not key.endswith("_placeholder")  # which name braces inside of expressions
        and '"' in re.sub(r"<[^>]*>", "", JINJA.sub("", text))
    ]
    assert not found, "\n".join(["Quotation marks are “ ” in English, too:", *found])


NEVER_ONE = {
    "schedule.rhythm_before_event": "2, 24 or 48 hours",
    "event.review": "2, 24 or 48 hours",
    "posting.review_change": "2, 24 or 48 hours",
    "posting.too_long": "31 days",
    "me.text": "the items of all courses",
}


def test_one_is_no_plural_in_english():
    """What is counted is "1 person" and "2 people": the noun behind a number depends on it."""
    plural = re.compile(
        r"\}\} (?:people|places|times|days|hours|weeks|minutes|seconds|groups|items|members)\b"
    )
    found = [
        f"{key}: {text!r}"
        for key, text in read_language(SHIPPED / "en").items()
        if key not in NEVER_ONE and plural.search(text)
    ]
    assert not found, "\n".join(["One thing is told in the plural:", *found])


@pytest.mark.parametrize(
    ("unit", "one"),
    [
        ("items", "item"),
        ("person-times", "person-time"),
        ("courses", "course"),
        ("families", "family"),
        ("classes", "class"),
        ("boxes", "box"),
        ("people", "person"),
        ("%", "%"),
    ],
)
def test_a_unit_behind_one_is_no_plural(unit: str, one: str):
    """The units of a programme are written in the plural, and are told behind every number."""
    say = load_texts(ZoneInfo("Asia/Shanghai"), monday_noon).in_("en")
    assert say.label("ledger.amount", number="1", unit=unit) == f"1 {one}"
    assert say.label("ledger.amount", number="11", unit=unit) == f"11 {unit}"


def test_each_text_makes_a_unit_fit_its_number():
    bare = re.compile(r"\}\}(?:</b>)? \{\{ (?:\w+\.)?unit \}\}")
    found = [
        f"{key}: {text!r}"
        for key, text in read_language(SHIPPED / "en").items()
        if bare.search(re.sub(r"\{%.*?%\}", "", text))
    ]
    assert not found, "\n".join(["Say {{ unit | after(number) }} behind a number:", *found])


def test_an_english_sentence_does_not_stick_to_the_one_before():
    """The line break behind {% if … %} is none in what is shown."""
    stuck = re.compile(r"[a-z][.!?;:,](?:[A-Z\u2190-\U0001faff]|\{\{)")
    found = [
        f"{key}: {text!r}"
        for key, text in read_language(SHIPPED / "en").items()
        if stuck.search(re.sub(r"\{%.*?%\}\n?", "", re.sub(r"\{% el\w+ .*?%\}", " ", text)))
    ]
    assert not found, "\n".join(["A space is missing between sentences:", *found])


# Words of one organisation; another one calls its places and people otherwise.
THEIRS = {
    "zh": "社区|居民|成员|本区|全区|(?<!时)区里|区级",
    "en": r"\b(?:[Cc]ommunit|[Rr]esident|[Dd]istrict)",
}
TYPED = {"said.communities", "said.settings"}  # what people may type in any organisation


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_names_places_and_people_by_the_programme_s_terms(language: str):
    terms = load_programme(SHELF / "library").terms
    found = [
        f"{language}: {key}: {text}"
        for key, text in read_language(SHIPPED / language, terms).items()
        if key not in TYPED and re.search(THEIRS[language], JINJA.sub("", text))
    ]
    assert not found, "\n".join(
        [
            "A library has branches and readers. Texts say $community, $communities, $member, "
            "$resident or $district (content/terms.py) where they mean these:",
            *found,
        ]
    )


def test_every_text_ends_the_quotations_that_it_begins():
    found = [
        f"{language}: {key}"
        for language in LANGUAGES
        for key, text in read_language(SHIPPED / language).items()
        if text.count("“") != text.count("”")
    ]
    assert not found, found


def _half_width(place: str, text: str) -> list[str]:
    return [
        f"{place}: {text[max(0, found.start() - 8) : found.end() + 8]!r}"
        for found in BESIDE.finditer(text)
    ]
