"""What there is to choose from, for each aspect of an audience: values and labels."""

from collections.abc import Awaitable, Callable, Mapping

from aiogram_dialog import DialogManager

from content.screens import compose as screens
from content.texts import Say
from handlers.forms.widgets import Choices, person_of, say_of, tools_of
from storage.model.audience_draft import AFTER, ANY, BEFORE, NO, YES, Aspect, AudienceDraft
from storage.model.person import LANGUAGES, Standing
from storage.model.roles import Power, Role
from storage.queries import audience as queries
from storage.queries import events as event_queries
from storage.queries import nodes as node_queries


async def offered(draft: AudienceDraft, manager: DialogManager) -> Choices:
    """The answers to the draft's question. Raises Refusal if it has none."""
    return await _OFFERS[draft.asked().aspect](draft, manager)


async def _places(_draft: AudienceDraft, manager: DialogManager) -> Choices:
    nodes = await tools_of(manager).database.read(
        node_queries.where_may, person_of(manager), Power.PUSH
    )
    return [(str(node.id), node.name) for node in nodes]


async def _who(_draft: AudienceDraft, manager: DialogManager) -> Choices:
    say = say_of(manager)
    standings = [(standing, say.label(f"audience.{standing}")) for standing in Standing]
    roles = [(role, say.label(f"role.{role}")) for role in Role]
    return [(ANY, say.label("audience.everybody")), *standings, *roles]


async def _languages(_draft: AudienceDraft, manager: DialogManager) -> Choices:
    say = say_of(manager)
    return [_no_matter(say), *((each, say.label(f"audience.{each}")) for each in LANGUAGES)]


async def _courses(_draft: AudienceDraft, manager: DialogManager) -> Choices:
    say, courses = say_of(manager), tools_of(manager).courses
    return [_no_matter(say), *((c.id, c.title.in_(say.language)) for c in courses)]


async def _items(draft: AudienceDraft, manager: DialogManager) -> Choices:
    say = say_of(manager)
    course = tools_of(manager).courses.require(draft.asked().course_id)
    numbered = enumerate(course.items, start=1)
    return [(item.id, f"{number}. {item.title.in_(say.language)}") for number, item in numbered]


async def _deeds(_draft: AudienceDraft, manager: DialogManager) -> Choices:
    say = say_of(manager)
    return [
        (YES, say.label("audience.did_study")),
        (NO, say.label("audience.did_not_study")),
    ]


async def _events(draft: AudienceDraft, manager: DialogManager) -> Choices:
    tools, say = tools_of(manager), say_of(manager)
    found = await tools.database.read(queries.recent_events, draft.node_id, tools.now())
    return [_no_matter(say), *((str(i), screens.event(say, at, title)) for i, at, title in found)]


async def _came(draft: AudienceDraft, manager: DialogManager) -> Choices:
    say, tools = say_of(manager), tools_of(manager)
    event = await tools.database.read(event_queries.by_id, draft.asked().subject_id or 0)
    asked = AFTER if event.has_attendance(tools.now()) else BEFORE
    return [(name, say.label(f"audience.{name}")) for name in asked]


async def _suggestions(draft: AudienceDraft, manager: DialogManager) -> Choices:
    say, tools = say_of(manager), tools_of(manager)
    found = await tools.database.read(
        queries.recent_suggestions, person_of(manager), draft.node_id, tools.now()
    )
    return [_no_matter(say), *((str(i), screens.suggestion(say, *each)) for i, *each in found)]


async def _supported(_draft: AudienceDraft, manager: DialogManager) -> Choices:
    say = say_of(manager)
    return [
        (YES, say.label("audience.did_support")),
        (NO, say.label("audience.did_not_support")),
    ]


def _no_matter(say: Say) -> tuple[str, str]:
    return ANY, say.label("audience.any")


_OFFERS: Mapping[Aspect, Callable[[AudienceDraft, DialogManager], Awaitable[Choices]]] = {
    Aspect.PLACE: _places,
    Aspect.WHO: _who,
    Aspect.LANGUAGE: _languages,
    Aspect.COURSE: _courses,
    Aspect.STUDIED: _courses,
    Aspect.ITEM: _items,
    Aspect.DEED: _deeds,
    Aspect.EVENT: _events,
    Aspect.CAME: _came,
    Aspect.SUGGESTION: _suggestions,
    Aspect.SUPPORTED: _supported,
}
