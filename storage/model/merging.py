"""What was said once and is said otherwise now: its change is brought to what came of it since."""

from typing import Any


def rebased(now: Any, old: Any, new: Any) -> Any:
    """`now`, JSON that grew out of `old`, as it would be if `new` had stood in the place of `old`.

    What was answered anew since stays; what was added behind a text or a list stays behind it.
    """
    if old == new:
        return now
    if now == old:
        return new
    if isinstance(now, dict) and isinstance(old, dict) and isinstance(new, dict):
        return _object(now, old, new)
    if isinstance(now, str) and isinstance(old, str) and isinstance(new, str):
        return new + now[len(old) :] if old and now.startswith(old) else now
    if isinstance(now, list) and isinstance(new, list):
        return _list(now, [] if old is _NOTHING else old, new)
    return now


_NOTHING = object()  # no value under a key; drafts leave out what is as usual


def _list(now: list[Any], old: list[Any], new: list[Any]) -> list[Any]:
    if not old:  # it said nothing of them before
        return [*now, *new]
    return new + now[len(old) :] if now[: len(old)] == old else now


def _object(now: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    keys = dict.fromkeys((*now, *new))
    values = {
        key: rebased(now.get(key, _NOTHING), old.get(key, _NOTHING), new.get(key, _NOTHING))
        for key in keys
    }
    return {key: value for key, value in values.items() if value is not _NOTHING}
