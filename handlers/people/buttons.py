"""The button under pushes: pressed most, so it comes first and does least."""

from aiogram.types import CallbackQuery

from content.screens import study as study_screens
from handlers.answering import show
from handlers.presses import press
from handlers.tools import Tools
from storage.actions.study import acknowledge
from storage.model.refusal import Refusal

WHY = "anybody who got the card"


@press("done", str, str, power=None, why=WHY, known=False)
async def done(press: CallbackQuery, ids: tuple[str, str], tools: Tools) -> None:
    found = tools.courses.find(*ids)
    if found is None:
        raise Refusal("study.withdrawn")
    progress = await tools.database.write(acknowledge, press.from_user.id, *ids, tools.now())
    say = tools.texts.in_(progress.language)
    toast = say.label("study.thanks" if progress.first else "study.again")
    await show(press, study_screens.done(say, *found, progress), tools, toast=toast)
