"""One call of a Bot API method: decoded from any kind of body, checked by aiogram's model."""

from __future__ import annotations

import json
import logging
import re
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar, get_args, get_origin

from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from pydantic import BaseModel, ValidationError

from .files import StoredFile, check_upload
from .objects import Json
from .refusals import Refusal, bad_request, not_simulated
from .world import World

log = logging.getLogger(__name__)

M = TypeVar("M", bound=TelegramMethod[Any])
_NUMBER = re.compile(r"-?\d{1,19}")
_CHAT_FIELDS = ("chat_id", "from_chat_id")
_MISSING = {
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
    "text": "message text is empty",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}


@dataclass
class Upload:
    """A file that came as a part of a multipart body."""

    data: bytes
    name: str
    mime: str


@dataclass
class Call(Generic[M]):
    """A checked call. `raw` holds the decoded JSON values, `given` the typed ones."""

    world: World
    given: M
    raw: Json
    uploads: dict[str, Upload] = field(default_factory=dict)

    def option(self, name: str) -> Any:
        """A parameter, None when it was not given (aiogram's models have sentinels there)."""
        value = getattr(self.given, name, None)
        return None if isinstance(value, Default) else value

    def file(self, kind: str, value: object) -> StoredFile:
        """The file that a parameter means: an upload or a file_id."""
        if not isinstance(value, str) or not value:
            raise bad_request(f"there is no {kind} in the request")
        if value.startswith("attach://"):
            upload = self.uploads.get(value.removeprefix("attach://"))
            if upload is None:
                raise bad_request("file must be attached: no part of that name in the request")
            check_upload(kind, upload.data)
            return self.world.files.add(kind, upload.data, upload.name, upload.mime)
        if value.startswith(("http://", "https://")):
            log.error("the simulator fetches nothing from the web: %s", value)
            raise bad_request("failed to get HTTP URL content")
        return self.world.files.reuse(value, kind)


Handler = Callable[[Call[Any]], object]
REGISTRY: dict[str, tuple[type[TelegramMethod[Any]], Handler]] = {}


def method(model: type[M]) -> Callable[[Callable[[Call[M]], object]], Callable[[Call[M]], object]]:
    """Registers the function that carries out a Bot API method."""

    def register(handler: Callable[[Call[M]], object]) -> Callable[[Call[M]], object]:
        REGISTRY[model.__api_method__.lower()] = (model, handler)
        return handler

    return register


def prepare(
    world: World, name: str, fields: dict[str, Any], uploads: dict[str, Upload]
) -> tuple[Call[Any], Handler]:
    """Finds the method and checks its parameters; raises Refusal."""
    known = REGISTRY.get(name.lower())
    if known is None:
        log.error("method %s is not simulated", name)
        raise not_simulated(name)
    model, handler = known
    raw = decode(model, fields)
    for part in uploads:
        if part in model.model_fields:
            raw.setdefault(part, f"attach://{part}")
    if unknown := raw.keys() - model.model_fields.keys():
        log.warning("%s: Telegram ignores the unknown parameters %s", name, sorted(unknown))
    try:
        given = model.model_validate(raw)
    except ValidationError as error:
        raise _refused(error) from None
    return Call(world, given, raw, uploads), handler


def _refused(error: ValidationError) -> Refusal:
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "parameters"
    if first["type"] == "missing" and name in _MISSING:
        return bad_request(_MISSING[name])
    where = ".".join(str(part) for part in first["loc"])
    return bad_request(f'can\'t parse parameter "{where}": {first["msg"]}')


def decode(model: type[BaseModel], fields: dict[str, Any]) -> Json:
    """Form values are strings: nested ones hold JSON, ids of chats hold numbers."""
    nested = _nested(model)
    raw: Json = {}
    for name, value in fields.items():
        if isinstance(value, str) and name in nested and value[:1] in ("{", "[", '"'):
            try:
                value = json.loads(value)
            except ValueError:
                raise bad_request(f"can't parse {name} JSON object") from None
        if name in _CHAT_FIELDS and isinstance(value, str) and _NUMBER.fullmatch(value):
            value = int(value)
        if value is not None and (value != "" or name == "url"):  # an empty url ends a webhook
            raw[name] = value
    return raw


@cache
def _nested(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(n for n, f in model.model_fields.items() if _is_nested(f.annotation))


def _is_nested(annotation: Any) -> bool:
    if get_origin(annotation) in (list, dict):
        return True
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return issubclass(annotation, BaseModel)
    return any(_is_nested(argument) for argument in get_args(annotation))
