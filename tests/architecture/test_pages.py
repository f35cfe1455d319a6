"""No list reaches a handler whole, unless it stands here with the reason."""

import ast
from collections.abc import Iterator

from tests.architecture.source import Module, functions, product

# What a handler may get whole: query, and why it is never long, or all of it is needed.
WHOLE = {
    "nodes.where_may": "a form offers them in its pages, and what is typed finds any of them",
    "audience.sample": "five names",
    "audience.recent_events": "a form offers them in its pages: those of a node of some weeks",
    "audience.recent_suggestions": "a form offers them in its pages: the newest hundred",
    "reminders.of_day": "the events of one day at which one person holds a seat",
    "closings.accepted": "the ids of what is closed at once, in steps",
    "summary.summaries": "a file has all communities of a district, one after the other",
    "suggestions.similar": "three at most",
    "suggestions.glimpses": "those that were asked for by their ids, three at most",
    "rosters.whole_for": "a list to print has everybody",
    "paper_lists.counted": "of the lines of one list that was sent, as many as may stand in one",
}
QUERIES = "storage.queries"


def test_no_query_gives_a_handler_a_whole_list():
    lists = {name for module in product("storage/queries") for name in _lists(module)}
    used = {(name, where) for module in product("handlers") for name, where in _used(module)}
    found = [f"{where}: {name}" for name, where in sorted(used) if name in lists - WHOLE.keys()]
    assert not found, "\n".join(
        [
            "A list grows. Let the query give a Page (storage/queries/pages.py), and the screen "
            "turn it with the pager of the kit. An exception goes into WHOLE with its reason.",
            *found,
        ]
    )
    unused = WHOLE.keys() - {name for name, _ in used if name in lists}
    assert not unused, "An exception that is no longer needed is taken out of WHOLE."


def _lists(module: Module) -> Iterator[str]:
    """The functions that return many of something, as "nodes.where_may"."""
    stem = module.path.rsplit("/", 1)[-1].removesuffix(".py")
    for function in functions(module):
        given = ast.unparse(function.returns) if function.returns else ""
        if any(many in given for many in ("list[", "Sequence[", "dict[", "Iterable[")):
            yield f"{stem}.{function.name}"


def _used(module: Module) -> Iterator[tuple[str, str]]:
    """What a module of handlers takes from the queries, in the same form, and where."""
    modules: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module == QUERIES:
            modules |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{QUERIES}."):
            stem = (node.module or "").removeprefix(f"{QUERIES}.")
            yield from ((f"{stem}.{alias.name}", module.at(node)) for alias in node.names)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            named = modules.get(node.value.id)
            yield from [(f"{named}.{node.attr}", module.at(node))] if named else []


# Who turns pages by a label of the pager: the kit, and a form that turns days, which have no end.
PAGERS = {
    "content/screens/kit.py",
    "handlers/forms/widgets.py",  # in place of the one of aiogram-dialog
    "handlers/forms/windows.py",
}


def test_there_is_one_pager():
    found = {
        module.path
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and node.value in ("button.previous", "button.next")
    }
    assert found == PAGERS, (
        "A list is turned with `pager` of content/screens/kit.py, like all others."
    )
