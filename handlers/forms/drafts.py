"""The draft of the form that somebody is filling in: one type of the model for each form."""

from typing import Any, TypeVar

from aiogram_dialog import Dialog, DialogManager

from storage.model.draft import Json, from_json, to_json
from storage.model.refusal import Refusal

Draft = TypeVar("Draft")
_KEY = "draft"


class Outdated(Exception):
    """The draft was kept by another version of the bot, which asked for other things."""


class DraftForm(Dialog):
    """A form, and of which type its draft is; None if it keeps none."""

    draft: type[Any] | None = None


def check(form: DraftForm, data: Json) -> None:
    """Raises Refusal if a form may not hold this: the reason is that of its draft."""
    try:
        if form.draft is not None:
            from_json(form.draft, data.get(_KEY))
    except ValueError as error:
        reason: BaseException | None = error
        while reason is not None and not isinstance(reason, Refusal):
            reason = reason.__cause__
        raise reason or Outdated(str(error)) from error


def draft_of(manager: DialogManager, kind: type[Draft]) -> Draft:
    """What the form on top holds. Raises Outdated, after which the form is over."""
    try:
        return from_json(kind, manager.dialog_data.get(_KEY))
    except ValueError as error:
        raise Outdated(str(error)) from error


def keep(manager: DialogManager, draft: object) -> None:
    """From now on the form holds `draft`. Not for getters: they only read."""
    manager.dialog_data.update(started_with(draft))


def started_with(draft: object) -> Json:
    """What a form is started with, so that it holds `draft`."""
    return {_KEY: to_json(draft)}
