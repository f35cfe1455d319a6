"""The access matrix: everybody presses everything, on something of their own place, of another, and
on nothing; who may is what the table declares."""

from dataclasses import dataclass

import pytest

from content.texts import load_texts
from handlers import ids
from handlers.presses import Press
from tests.architecture.source import ROOT
from tests.clock import monday_noon
from tests.handlers.access_page import page
from tests.handlers.matrix import COMMANDS, belongs, cases, data_of
from tests.handlers.places import MISSING, ROLES, WEST, Places
from tests.handlers.scene import Call, Scene
from tests.storage.district import ZONE

OLD = load_texts(ZONE, monday_noon).in_("zh").label("home.old_button")
# Where somebody lives is theirs to say, and every community may be chosen.
OPEN_TO_ALL = {"live", "moved"}


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
    for carried in (*scene.buttons(), *scene.ways_back()):
        assert scene.reads(carried), f"{data} made a button that nobody reads: {carried}"
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
            assert _without_id(done) == _without_id(missing), done
            assert not done.changed, done


def _without_id(done: Try) -> list[str]:
    """A link into one's own chat carries the number that was pressed, and nothing more."""
    number = done.data.partition(":")[2]
    return [f"{name} {told}".replace(f"event_{number}", "event_…") for name, told in done.calls]


@pytest.mark.parametrize("role", ROLES)
async def test_a_command_that_somebody_may_not_use_is_unknown_to_them(
    role: str, scene: Scene, places: Places
) -> None:
    unknown = await scene.says(places.telephone(role), "/nonsense")
    assert unknown
    for command in COMMANDS:
        said = await scene.says(places.telephone(role), f"/{command.name}")
        for carried in (*scene.buttons(), *scene.ways_back()):
            assert scene.reads(carried), f"/{command.name}: nobody reads {carried}"
        changed, power = scene.changed(), command.access.power
        if changed:
            scene.again()
        if power is not None and not places.may(role, power, None):
            assert said == unknown, command.name
            assert not changed, command.name
        else:
            assert said, command.name
            assert role == "stranger" or command.name == "help" or said != unknown, command.name


def test_the_page_on_access_is_up_to_date() -> None:
    written = (ROOT / "docs/access.md").read_text(encoding="utf-8")
    assert written == page(), "Run: python -m tests.handlers.access_page > docs/access.md"
