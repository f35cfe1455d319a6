"""Polls and quizzes out of the parameters of sendPoll."""

from __future__ import annotations

from typing import Any

from aiogram.methods import SendPoll

from .calls import Call
from .entities import formatted, utf16_len
from .objects import Json, Poll
from .refusals import bad_request

QUESTION_LIMIT = 300
OPTION_LIMIT = 100
EXPLANATION_LIMIT = 200
MAX_OPTIONS = 12


def make_poll(call: Call[SendPoll]) -> Poll:
    """The poll that the call describes; raises Refusal."""
    given = call.given
    question, question_entities = _written(
        call, given.question, call.option("question_parse_mode"), "question", QUESTION_LIMIT
    )
    options = [_option(call, option) for option in call.raw["options"]]
    if len(options) < 2:
        raise bad_request("poll must have at least 2 option")
    if len(options) > MAX_OPTIONS:
        raise bad_request(f"poll can't have more than {MAX_OPTIONS} options")
    quiz = given.type == "quiz"
    multiple = bool(given.allows_multiple_answers)
    extras = _explained(call) if quiz else {}
    if question_entities:
        extras["question_entities"] = question_entities
    close_at = _close_at(call)
    if close_at is not None:
        extras["close_date"] = close_at
        if given.open_period:
            extras["open_period"] = given.open_period
    return Poll(
        id=str(5_300_000_000_000_000_000 + call.world.number()),
        question=question,
        options=options,
        type="quiz" if quiz else "regular",
        is_anonymous=given.is_anonymous is not False,
        multiple=multiple,
        correct=_correct(given, len(options), multiple) if quiz else [],
        extras=extras,
        revoting=given.allows_revoting if given.allows_revoting is not None else not quiz,
        close_at=close_at,
        is_closed=bool(given.is_closed),
    )


def _written(
    call: Call[Any], text: str | None, mode: str | None, what: str, limit: int
) -> tuple[str, list[Json]]:
    plain, entities = formatted(text or "", mode, None, call.world.user_json)
    if not plain:
        raise bad_request(f"poll {what} must be non-empty")
    if utf16_len(plain) > limit:
        raise bad_request(f"poll {what} length must not exceed {limit}")
    return plain, [e for e in entities if e["type"] != "bot_command"]


def _option(call: Call[SendPoll], option: Json | str) -> Json:
    given: Json = {"text": option} if isinstance(option, str) else option
    mode = given.get("text_parse_mode")
    text, entities = _written(call, given.get("text"), mode, "options", OPTION_LIMIT)
    return {"text": text, **({"text_entities": entities} if entities else {})}


def _explained(call: Call[SendPoll]) -> Json:
    if not call.given.explanation:
        return {}
    mode = call.option("explanation_parse_mode")
    text, entities = _written(call, call.given.explanation, mode, "explanation", EXPLANATION_LIMIT)
    return {"explanation": text, **({"explanation_entities": entities} if entities else {})}


def _correct(given: SendPoll, count: int, multiple: bool) -> list[int]:
    chosen = given.correct_option_ids
    if chosen is None and given.correct_option_id is not None:
        chosen = [given.correct_option_id]
    wrong = not chosen or any(n not in range(count) for n in chosen)
    if wrong or (len(chosen or []) > 1 and not multiple):
        raise bad_request("wrong correct option ID specified")
    return sorted(set(chosen or []))


def _close_at(call: Call[SendPoll]) -> int | None:
    if call.given.open_period:
        return call.world.clock.timestamp() + call.given.open_period
    date = call.raw.get("close_date")
    return int(date) if date else None
