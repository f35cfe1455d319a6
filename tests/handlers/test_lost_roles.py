"""A form that was left open when its role went: it shows nothing, does nothing, and is over."""

import pytest
from sqlalchemy import Connection, delete, update

import handlers
from handlers import FORM_MARK
from storage.tables import persons, roles
from tests.handlers.matrix import cases, data_of
from tests.handlers.places import EAST, Places
from tests.handlers.scene import Scene

FORMS = handlers.forms()  # once: each takes longer to make than a step
NAMES = {form.states_group_name(): form.name for form in FORMS}
POWERS = {form.name: form.access.power for form in FORMS}
STAFF_FORMS = [name for name, power in POWERS.items() if power is not None]
NOT_FOUND = "refused.not_found"


def _take_roles(connection: Connection, home: int) -> None:
    """Everybody lives in a community from now on, and nobody works there."""
    connection.execute(delete(roles))
    connection.execute(update(persons).values(node_id=home))


def form_of(scene: Scene) -> str | None:
    """The name of the form that is open, if there is one."""
    for each in scene.conversations.storage.values():
        if "state" in each.data:
            return NAMES[each.data["state"].split(":")[0]]
    return None


async def opener(scene: Scene, places: Places, name: str) -> str:
    """What the button carries by which an owner opens a form."""
    for press, place in cases():
        if press.access.power is not POWERS[name] or place != EAST:
            continue
        data = data_of(press, place, places)
        await scene.presses(places.telephone("owner"), data)
        found = form_of(scene)
        scene.again()
        if found == name:
            return data
    raise AssertionError(f"no press opens {name}")


@pytest.mark.parametrize("name", STAFF_FORMS)
async def test_a_form_is_over_once_its_role_is_gone(
    name: str, scene: Scene, places: Places
) -> None:
    owner, say = places.telephone("owner"), scene.tools.texts.in_("zh")
    opens = await opener(scene, places, name)
    for what in ("text", "button", "go on"):
        await scene.presses(owner, opens)
        button = next(scene.buttons(of_forms=True))
        await scene.database.write(_take_roles, places.nodes[EAST].id)
        scene.settle()
        if what == "text":
            calls = await scene.says(owner, "明天停水")
            expected = [say(NOT_FOUND)]
        else:
            expected = []
            form = button.split(FORM_MARK)[0]
            data = button if what == "button" else f"continue:{form}"
            calls = await scene.presses(owner, data)
            assert ("toast", say.label(NOT_FOUND)) in calls, what
        assert [given[1].text for kind, given in calls if kind == "send"] == expected, what
        assert "edit" not in {kind for kind, _ in calls}, what
        assert form_of(scene) is None, what
        assert not scene.written(), what
        scene.again()
