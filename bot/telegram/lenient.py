"""Reading what another version of the Bot API server says.

aiogram's types are those of one version: a right that an older server does not know is missing, and
a field may have another shape in a newer one. Neither is a reason not to hear what somebody said.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

# Who, where, what and when: these are never made up, and nothing that holds them is left out.
_NEEDED = frozenset(
    {"id", "update_id", "message_id", "chat_instance", "user_id", "chat_id", "type", "status"}
    | {"date", "chat", "from", "user", "data", "text", "caption", "message", "edited_message"}
    | {"callback_query", "my_chat_member", "old_chat_member", "new_chat_member"}
    | {"migrate_to_chat_id"}
)
_EMPTY: dict[Any, Any] = {bool: False, int: 0, float: 0.0, str: "", datetime: 0}


def read(kind: Any, raw: Any, context: dict[str, Any]) -> Any:
    """`raw` JSON as a `kind` (a model, or a union or list of them); if that fails, without what
    cannot be read and with "no" for the rights that are not named. Raises ValidationError if what
    is needed cannot be read."""
    try:
        return _adapter(kind).validate_python(raw, context=context)
    except ValidationError:
        mended = _mended(kind, raw)
        return _adapter(kind).validate_python(mended, context=context)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _mended(kind: Any, raw: Any) -> Any:
    """The same JSON, as much of it as can be read as a `kind`."""
    if isinstance(raw, dict):
        found = [_of_model(model, raw) for model in _models(kind) if _may_be(model, raw)]
        return next((each for each in found if _fits(kind, each)), found[0] if found else raw)
    if isinstance(raw, list):
        of = next((get_args(each)[0] for each in _parts(kind) if get_origin(each) is list), Any)
        mended = [_mended(of, each) for each in raw]
        return [each for each in mended if _fits(of, each)]
    return raw


def _of_model(model: type[BaseModel], raw: dict[str, Any]) -> dict[str, Any]:
    mended = dict(raw)
    for name, field in model.model_fields.items():
        key, kind = field.alias or name, field.annotation
        if key in raw:
            mended[key] = _mended(kind, raw[key])
            if key in _NEEDED or _fits(kind, mended[key]):
                continue
            if field.is_required():
                mended[key] = _nothing(kind)
            else:
                del mended[key]
        elif field.is_required() and key not in _NEEDED:
            mended[key] = _nothing(kind)
    return mended


def _nothing(kind: Any) -> Any:
    """What is true of something that is not said: no right, no number, no words."""
    if kind in _EMPTY:
        return _EMPTY[kind]
    model = next(_models(kind), None)
    return [] if model is None else _of_model(model, {})


def _may_be(model: type[BaseModel], raw: dict[str, Any]) -> bool:
    """Whether what tells models of a union apart is as this one has it."""
    told = (
        (field.alias or name, get_args(field.annotation))
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is Literal
    )
    return all(key not in raw or raw[key] in values for key, values in told)


def _fits(kind: Any, value: Any) -> bool:
    try:
        _adapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    for each in _parts(kind):
        if isinstance(each, type) and issubclass(each, BaseModel):
            yield each


def _parts(kind: Any) -> Iterator[Any]:
    """A type, or each of a union."""
    if get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from _parts(each)
    else:
        yield kind
