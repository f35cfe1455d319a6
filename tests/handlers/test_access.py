"""The access matrix: everybody presses everything, on something of their own place, of another, and
on nothing; who may is what the table declares."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from content.texts import load_texts
from handlers import ids, table
from handlers.ids import Id
from handlers.presses import Press
from storage.model.period import read_period
from storage.model.suggestion import SuggestionState
from tests.handlers.places import EAST, MISSING, ROLES, WEST, Places
from tests.handlers.scene import Call, Scene
from tests.storage.district import ZONE

ITEM = ("resident-basics", "safe-account")
# What a button carries that is no id: by its action, or by what reads it.
GIVEN = {
    "done": ITEM,
    "item": ITEM,
    "hello": ("zh",),
    "privacy": ("zh",),
    "agree": ("zh",),
    "language": ("en",),
    "redeem": ("nonsense",),
    "continue": ("nonsense",),
    "give_up": ("nonsense",),
    "library": ITEM[:1],
    "past": ITEM[:1],
    "join_course": ITEM[:1],
    "leave_course": ITEM[:1],
}
BY_READER = {ids.page: "0", int: "0", read_period: "20260101-20261231", SuggestionState: "adopted"}
BY_NAME = {"role": "member", "quiet_choice": "none"}
PRESSES = list(table().presses.values())
COMMANDS = [each for each in table().commands if each.access.known]
OLD = load_texts(ZONE).in_("zh").label("home.old_button")
# Where somebody lives is theirs to say, and every community may be chosen.
OPEN_TO_ALL = {"live", "moved"}


def belongs(press: Press) -> bool:
    """Whether an id of the press belongs to a place."""
    return any(isinstance(each, Id) or each is ids.chat_id for each in press.readers)


def cases() -> Iterator[tuple[Press, str]]:
    """Every press: on something of each community and on nothing, or once."""
    for press in PRESSES:
        for place in (EAST, WEST, MISSING) if belongs(press) else (EAST,):
            yield press, place


def data_of(press: Press, place: str, places: Places) -> str:
    """What the button carries that means something of `place`."""
    given = list(GIVEN.get(press.action, ()))
    carried = [press.action]
    for reader in press.readers:
        if reader in places.ids:
            carried.append(str(places.ids[reader][place]))
        elif reader is str:
            carried.append(given.pop(0))
        elif reader is ids.row_id:
            carried.append(str(places.seated))
        else:
            carried.append(BY_READER.get(reader) or BY_NAME[reader.__name__])
    return ":".join(carried)


def refused(scene: Scene) -> list[Call]:
    """What everybody gets who may not, who asks for what is not theirs, or for nothing."""
    return [("toast", scene.tools.texts.in_("zh").label("refused.not_found"))]


@dataclass
class Try:
    """What came of a press."""

    data: str
    calls: list[Call]
    changed: bool


async def tried(scene: Scene, places: Places, role: str, press: Press, place: str) -> Try:
    """Press it, and put everything back."""
    data = data_of(press, place, places)
    calls = await scene.presses(places.telephone(role), data)
    assert ("toast", OLD) not in calls, f"{data} is no button of ours: mend GIVEN or BY_READER"
    done = Try(data, calls, scene.changed())
    if done.changed:
        scene.again()
    return done


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_press_is_what_the_table_says(
    role: str, scene: Scene, places: Places
) -> None:
    for press, place in cases():
        if press.access.power is None:
            continue
        done = await tried(scene, places, role, press, place)
        if role == "stranger":
            assert [name for name, _ in done.calls] == ["toast", "edit"], done  # is welcomed
            assert not done.changed, done
        elif places.may(role, press.access.power, place if belongs(press) else None):
            assert done.calls, done
            assert done.calls != refused(scene), done
        else:
            # Which of foreign, missing and not allowed it was, cannot be told from the answer.
            alike = refused(scene)
            if done.calls != alike and ids.chat_id in press.readers:  # that is Telegram's, not ours
                alike = (await tried(scene, places, role, press, MISSING)).calls
            assert done.calls == alike, done
            assert not done.changed, done


@pytest.mark.parametrize("role", ROLES)
async def test_what_everybody_may_press_tells_nothing_of_others(
    role: str, scene: Scene, places: Places
) -> None:
    for press, place in cases():
        if press.access.power is not None:
            continue
        done = await tried(scene, places, role, press, place)
        assert done.calls, done
        if place == WEST and press.action not in OPEN_TO_ALL:  # where nobody of them lives
            missing = await tried(scene, places, role, press, MISSING)
            assert done.calls == missing.calls, done
            assert not done.changed, done


@pytest.mark.parametrize("role", ROLES)
async def test_a_command_that_somebody_may_not_use_is_unknown_to_them(
    role: str, scene: Scene, places: Places
) -> None:
    unknown = await scene.says(places.telephone(role), "/nonsense")
    assert unknown
    for command in COMMANDS:
        said = await scene.says(places.telephone(role), f"/{command.name}")
        changed, power = scene.changed(), command.access.power
        if changed:
            scene.again()
        if power is not None and not places.may(role, power, None):
            assert said == unknown, command.name
            assert not changed, command.name
        else:
            assert said, command.name
            assert role == "stranger" or command.name == "help" or said != unknown, command.name
