"""What the drafts of all forms share: they are kept as JSON while somebody is still writing.

A draft is a frozen dataclass whose fields are plain values, decimals, days, times, aware instants,
zones, enums, tuples, sets and mappings of such, objects of JSON, or other such dataclasses (an
audience, a rhythm).
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from storage.model.refusal import Refusal

Draft = TypeVar("Draft")
Json = dict[str, Any]  # what `json.dumps` takes as it is
_Read = Callable[[Any], Any]


def to_json(draft: object) -> Json:
    """A draft as an object of JSON: only what differs from the defaults."""
    assert is_dataclass(draft)
    given = {field.name: getattr(draft, field.name) for field in fields(draft)}
    left_out = {field.name for field in fields(draft) if given[field.name] == _default(field)}
    return {name: _plain(value) for name, value in given.items() if name not in left_out}


def from_json(kind: type[Draft], given: object) -> Draft:
    """The draft that `to_json` made. A field with a default may be missing, so a draft outlives an
    update that adds an optional one. Raises ValueError for anything else that it did not make."""
    readers = _readers(kind)  # type: ignore[arg-type]  # mypy takes a type for not hashable
    if not isinstance(given, dict):
        raise ValueError(f"{kind.__name__}: expected an object, not {given!r}")
    if unknown := sorted(given.keys() - readers.keys()):
        raise ValueError(f"{kind.__name__}: expected no {', '.join(unknown)}")
    try:
        return kind(**{name: readers[name](value) for name, value in given.items()})
    except (TypeError, ValueError, KeyError, AttributeError, Refusal) as error:
        raise ValueError(f"{kind.__name__}: {error}") from error


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return to_json(value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | frozenset):
        every = [_plain(each) for each in value]
        return every if isinstance(value, tuple) else sorted(every)
    if isinstance(value, date | time):  # an instant is a date, too
        return value.isoformat()
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, Enum) else value


@cache
def _readers(kind: Any) -> dict[str, _Read]:
    hints = get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in fields(kind)}


def _reader(hint: Any) -> _Read:
    """What reads a value of a type. Raises TypeError for a type that no draft may have."""
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        (wanted,) = (each for each in inner if each is not NoneType)
        return partial(_or_none, _reader(wanted))
    if kind is dict:
        return partial(_exactly, dict)
    if kind in (tuple, frozenset):
        return partial(_several, kind, _reader(inner[0]))
    if kind is Mapping:
        return partial(_mapping, _reader(inner[1]))
    if is_dataclass(kind) and isinstance(kind, type):
        return partial(from_json, kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind not in _READ:
        raise TypeError(f"a draft cannot keep {hint}")
    return _READ[kind]


def _or_none(read: _Read, value: Any) -> Any:
    return None if value is None else read(value)


def _several(kind: type, read: _Read, value: Any) -> Any:
    return kind(map(read, _exactly(list, value)))


def _mapping(read: _Read, value: Any) -> Any:
    return {_exactly(str, key): read(each) for key, each in _exactly(dict, value).items()}


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:  # True is an int, too
        raise TypeError(f"expected {kind.__name__}, not {value!r}")
    return value


def _instant(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(f"an instant without its zone: {value}")
    return at


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(_exactly(str, value))
    except InvalidOperation:
        raise ValueError(f"not a number: {value!r}") from None


_READ: dict[type, _Read] = {
    **{kind: partial(_exactly, kind) for kind in (str, int, bool, float)},
    date: date.fromisoformat,
    time: time.fromisoformat,
    datetime: _instant,
    ZoneInfo: ZoneInfo,
    Decimal: _decimal,
}
