"""The table of presses and commands: what may stand in it, and what finds its way through it."""

import re
from types import ModuleType

import pytest

from handlers.access import Access
from handlers.commands import command
from handlers.dispatch import read_command, read_table
from handlers.ids import event_id, row_id
from handlers.presses import marks, press
from storage.model.roles import Power
from tests.handlers.places import EAST, Places
from tests.handlers.scene import Scene

EVERYBODY = "everybody may"


def subject(*names: str) -> ModuleType:
    """A module whose one function answers buttons of each of `names`."""
    module = ModuleType("subject")

    async def handler() -> None: ...

    handler.__module__ = module.__name__
    for name in reversed(names):
        handler = press(name, power=None, why=EVERYBODY)(handler)
    module.handler = handler  # type: ignore[attr-defined]
    return module


def test_the_marks_of_a_handler_stand_as_they_are_written() -> None:
    assert [each.action for each in marks(subject("one", "two"))] == ["one", "two"]


def test_what_a_subject_only_imports_is_not_its_own() -> None:
    other = ModuleType("other")
    other.handler = subject("one").handler  # type: ignore[attr-defined]
    assert list(marks(other)) == []


def test_two_handlers_for_the_same_button_stop_the_start() -> None:
    with pytest.raises(ValueError, match="'one', 0"):
        read_table([subject("one"), subject("one")])


def test_two_handlers_for_the_same_command_stop_the_start() -> None:
    module = ModuleType("subject")

    @command("one", "home.command", power=None, why=EVERYBODY)
    @command("one", "home.command", power=Power.PUSH)
    async def handler() -> None: ...

    handler.__module__ = module.__name__
    module.handler = handler  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="'one'"):
        read_table([module])


@pytest.mark.parametrize(
    "given",
    [
        {"power": None},
        {"power": Power.PUSH, "known": False},
        {"power": Power.PUSH, "why": EVERYBODY},
    ],
)
def test_who_may_is_always_said(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="takes"):
        Access(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["x", "-1", str(2**63), "1.0"])
def test_no_row_has_such_an_id(text: str) -> None:
    for read in (row_id, event_id):
        with pytest.raises(ValueError, match=re.escape(text)):
            read(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/notice", ("notice", None, None)),
        ("/notice  明天 停水 ", ("notice", None, "明天 停水 ")),
        ("/notice@linli_bot 停水", ("notice", "linli_bot", "停水")),
        ("/", ("", None, None)),
    ],
)
def test_a_command_is_a_name_perhaps_a_bot_and_the_rest(
    text: str, found: tuple[str, str | None, str | None]
) -> None:
    said = read_command(text)
    assert said is not None
    assert (said.command, said.mention, said.args) == found


def test_a_text_is_no_command() -> None:
    assert read_command("明天停水") is None
    assert read_command("") is None


async def test_a_command_for_another_bot_is_unknown(scene: Scene, places: Places) -> None:
    kim = places.telephone("community")
    unknown = await scene.says(kim, "/nonsense")
    assert await scene.says(kim, "/staff@other_bot") == unknown
    assert await scene.says(kim, "/staff@Linli_Bot") == await scene.says(kim, "/staff") != unknown


async def test_what_no_button_of_ours_carries_is_an_old_button(
    scene: Scene, places: Places
) -> None:
    event = places.ids[event_id][EAST]
    for data in (
        "",
        "roster",
        f"roster:{event}:0:0",
        "roster:x",
        f"roster:{2**63}",
        ":",
        "roster:",
    ):
        calls = await scene.presses(places.telephone("community"), data)
        old = scene.tools.texts.in_("zh").label("home.old_button")
        assert ("toast", old) in calls, data
        assert not scene.changed(), data
