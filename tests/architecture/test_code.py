"""Rules of the code that a linter does not know. Each failure says why the rule is there."""

import ast
import re

from storage import tables
from tests.architecture.source import (
    ROOT,
    Module,
    calls,
    docstrings,
    dotted,
    functions,
    product,
    told,
)

LONGEST_HANDLER = 30  # lines
CJK = re.compile(r"[\u3400-\u9fff]")


def test_time_is_an_argument():
    clocks = re.compile(
        r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$"
    )
    found = [
        f"{module.at(call)}: {name}()"
        for module in product()
        if module.path != "bot/outside.py" and not module.path.startswith("bot/simulator/")
        for call, name in calls(module)
        if clocks.search(name)
    ]
    assert not found, told(
        found,
        "Only bot/outside.py reads the clock. Take `now` as an argument instead: then a test and "
        "the simulator can move the time, and one change has one time.",
    )


# Where a task may outlive the block that started it, and why that is safe.
TASKS = {
    ("storage/queues.py", "__init__"): "the writer; `close` sends it its end and awaits it",
    ("storage/queues.py", "add"): "a reader; `close` ends and awaits it",
    ("storage/database.py", "_to_its_end"): "is awaited to its end, whoever is cancelled",
    ("bot/simulator/updates.py", "_wait"): "one wait of a long poll",
    ("bot/simulator/control.py", "events"): "one wait of a stream to the page",
    ("bot/simulator/server.py", "start"): "the sender of webhooks; ends with the server",
}


def test_tasks_live_in_task_groups():
    found = []
    started = set()
    for module in product():
        for function in functions(module):
            for call in ast.walk(function):
                if not isinstance(call, ast.Call) or not _starts_a_task(call):
                    continue
                started.add((module.path, function.name))
                if (module.path, function.name) not in TASKS:
                    found.append(f"{module.at(call)}: in {function.name}")
    assert not found, told(
        found,
        "Start tasks in an asyncio.TaskGroup called `group`: a task that nobody awaits loses its "
        "error, may be collected while it runs, and outlives a stop. An exception goes into TASKS "
        "with its reason.",
    )
    assert started == TASKS.keys(), "An exception that is no longer needed is taken out of TASKS."


def _starts_a_task(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if isinstance(call.func, ast.Name):
        name = call.func.id
    if name == "ensure_future":
        return True
    in_group = (
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "group"
    )
    return name == "create_task" and not in_group


LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
SAID = re.compile(r"(^|\.)(text|words|body|caption|data|title|content|payload|typed|query|raw)$")


def test_log_lines_are_constant_and_hold_nothing_that_people_wrote():
    found = []
    for module in product():
        for call, name in calls(module):
            logger, _, level = name.rpartition(".")
            if level not in LEVELS or logger.split(".")[-1].strip("_") not in ("logger", "log"):
                continue
            template, *values = call.args[1:] if level == "log" else call.args
            if not (isinstance(template, ast.Constant) and isinstance(template.value, str)):
                found.append(f"{module.at(call)}: its words are made up")
            said = [dotted(value) for value in values if SAID.search(dotted(value))]
            found += [f"{module.at(call)}: {each}" for each in said]
    assert not found, told(
        found,
        "A line of the log is the same words each time, with numbers and names of ours: many of "
        "one kind are counted (bot/thinning.py), and what people wrote belongs in no log.",
    )


def test_nothing_is_printed():
    found = [
        module.at(call) for module in product() for call, name in calls(module) if name == "print"
    ]
    assert not found, told(
        found, "Log what happened, or typer.echo on the command line: print knows no level."
    )


def test_only_the_settings_read_the_environment():
    found = [
        module.at(node)
        for module in product()
        if module.path != "bot/settings.py"
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and _imports_it(node))
    ]
    assert not found, told(
        found,
        "Only bot/settings.py reads the environment: there every setting is checked at the start, "
        "documented, and given to tests as a value.",
    )


def _imports_it(node: ast.ImportFrom) -> bool:
    return bool({alias.name for alias in node.names} & {"environ", "getenv"})


def test_handlers_say_nothing_in_quotes():
    found = []
    for module in product("handlers"):
        allowed = docstrings(module) | _not_said(module)
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Constant) or node in allowed:
                continue
            if isinstance(node.value, str) and _is_a_sentence(node.value):
                found.append(f"{module.at(node)}: {node.value!r}")
    assert not found, told(
        found,
        "What people read stands in content/texts/, in every language. A sentence in a handler is "
        "said to half of the people in a language they do not read.",
    )


def _is_a_sentence(text: str) -> bool:
    return bool(CJK.search(text)) or len(text.split()) > 3


def _not_said(module: Module) -> set[ast.expr]:
    """What is logged, patterns of what people write, and what a declaration says to the reader of
    the code or of the matrix, are not said to people."""
    parts: list[ast.AST] = []
    for call, name in calls(module):
        if name.startswith("logger.") or name in ("re.compile", "ValueError"):
            parts.append(call)
        parts += [keyword for keyword in call.keywords if keyword.arg == "why"]
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "WHY":
            parts.append(node)
    return {each for part in parts for each in ast.walk(part) if isinstance(each, ast.Constant)}


def test_handlers_know_no_sql():
    found = [
        module.at(node)
        for module in product("handlers")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"))
        or (
            isinstance(node, ast.Import)
            and any(alias.name.startswith("sqlalchemy") for alias in node.names)
        )
    ]
    assert not found, told(
        found, "A handler calls one action or query of storage/; SQL in it is a rule nobody finds."
    )


def test_handlers_are_short():
    found = [
        f"{module.at(function)}: {function.name} has {length} lines"
        for module in product("handlers")
        for function in functions(module)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_HANDLER
    ]
    assert not found, told(
        found,
        f"A handler has five beats: read, act once, render, answer, stop. Over {LONGEST_HANDLER} "
        "lines it has begun to hold rules: they belong into storage/model or an action.",
    )


LONGEST_FILE = 400  # lines
MOST_PARAMETERS = 6


def test_files_are_short():
    found = [
        f"{module.path}: {length} lines"
        for module in product()
        if not module.path.startswith("storage/migrations/versions/")  # shipped ones never change
        and (length := len((ROOT / module.path).read_text("utf-8").splitlines())) > LONGEST_FILE
    ]
    assert not found, told(
        found,
        f"Over {LONGEST_FILE} lines a file holds more than one subject: cut it where its name "
        "stops being true.",
    )


def test_functions_take_few_parameters():
    found = [
        f"{module.at(function)}: {function.name} takes {count}"
        for module in product()
        for function in functions(module)
        if (count := _parameters(function)) > MOST_PARAMETERS
    ]
    assert not found, told(
        found,
        f"What takes more than {MOST_PARAMETERS} things is called with one of them in another's "
        "place one day: what belongs together is a frozen dataclass with a name.",
    )


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many a caller gives: a method's own object is not one of them."""
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([each for each in given if each.arg not in ("self", "cls")])


FORBIDDEN = re.compile(
    "belief|religio|faith|worship|ethnic|race|nation|politic|party|attitude|ideolog|opinion"
    "|mood|emotion|sentiment|feeling|mind|loyal|trust|risk"
)


def test_no_column_is_about_what_people_think_or_believe():
    assert len(tables.metadata.tables) > 10
    found = [
        f"{table.name}.{column.name}"
        for table in tables.metadata.tables.values()
        for column in table.columns
        for part in f"{table.name}_{column.name}".lower().split("_")
        if FORBIDDEN.match(part)
    ]
    assert not found, told(
        found,
        "Linli counts work. It holds nothing about anybody's belief, religion, ethnicity, politics "
        "or mood, in no column, for no reason.",
    )


def test_the_simulator_imports_nothing_of_ours():
    found = []
    for module in product("bot/simulator"):
        for node in ast.walk(module.tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                # Relative imports of more than one dot leave bot/simulator, which is flat.
                names = [node.module or ""] if not node.level else ["bot"] * (node.level > 1)
            ours = ("bot", "handlers", "scheduler", "content", "storage")
            found += [
                f"{module.at(node)}: {name}"
                for name in names
                if name.split(".")[0] in ours and not name.startswith("bot.simulator")
            ]
    assert not found, told(
        found,
        "The simulator knows Telegram, not us: if it used our code it would share our mistakes, "
        "and tests would agree with them.",
    )


def test_every_folder_of_tests_is_a_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    found = [
        folder.relative_to(ROOT).as_posix()
        for folder in sorted(folders)
        if not (folder / "__init__.py").exists()
    ]
    assert not found, told(
        found,
        "Without __init__.py a folder such as tests/storage is imported as `storage` and hides "
        "the product's.",
    )


DELIVERY = "a delivery: there are millions, each told by its own row; nobody makes it move"
SIGN_UP = "pressed most of all; its row tells the moments (docs/decisions/0017-moves.md)"
# Where a state is set without `storage/actions/moves.py`, and why.
STATES_SET = {
    ("storage/actions/broadcasts.py", "sweep"): DELIVERY,
    ("storage/actions/outbox.py", "_CLAIM"): DELIVERY,
    ("storage/actions/outbox.py", "_sent"): DELIVERY,
    ("storage/actions/outbox.py", "_OTHERWISE"): DELIVERY,
    ("storage/actions/reminders.py", "_take_all_back"): DELIVERY,
    ("storage/actions/reminders.py", "_take_back"): DELIVERY,
    ("storage/actions/retries.py", "_queue_again"): DELIVERY,
    ("storage/actions/revivals.py", "_move"): DELIVERY,
    ("storage/actions/roster_seats.py", "_word_taken_back"): DELIVERY,
    ("storage/actions/roster_seats.py", "put_back"): SIGN_UP,
    ("storage/actions/seats.py", "_OFFER"): SIGN_UP,
    ("storage/actions/seats.py", "_PASS"): SIGN_UP,
    ("storage/actions/sign_ups.py", "_ACCEPT"): SIGN_UP,
    ("storage/actions/sign_ups.py", "_CANCEL"): SIGN_UP,
    ("storage/actions/sign_ups.py", "_SIGN_UP"): SIGN_UP,
}


def test_whatever_has_a_history_moves_in_one_place():
    found, used = [], set()
    for module in product("storage/actions", "storage/queries"):
        if module.path == "storage/actions/moves.py":
            continue
        for statement in module.tree.body:
            for call in ast.walk(statement):
                if isinstance(call, ast.Call) and _sets_a_state(call):
                    here = (module.path, _name_of(statement))
                    used.add(here)
                    if here not in STATES_SET:
                        found.append(f"{module.at(call)}: in {here[1]}")
    assert not found, told(
        found,
        "Use begin(), move() or move_all() of storage/actions/moves.py: they ask for the legal "
        "states, and write the history in the same transaction. A move made elsewhere is one that "
        "nobody can look up. An exception goes into STATES_SET with its reason.",
    )
    assert used == STATES_SET.keys(), "An exception that is no longer needed is taken out."


def _sets_a_state(call: ast.Call) -> bool:
    """Whether it is `.values(state=…)`, `insert_row(…, state=…)`, or gives a dictionary with the
    key "state" to one of them or to `on_conflict_do_update`."""
    name = dotted(call.func).rpartition(".")[2]
    if name not in ("values", "insert_row", "on_conflict_do_update"):
        return False
    given = {keyword.arg for keyword in call.keywords}
    keys = {
        key.value if isinstance(key, ast.Constant) else dotted(key).rpartition(".")[2]
        for node in ast.walk(call)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if key is not None
    }
    return "state" in given | keys


def _name_of(statement: ast.stmt) -> str:
    """The function, class or variable that a module's statement defines."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return statement.name
    if isinstance(statement, ast.Assign):
        return dotted(statement.targets[0])
    return dotted(statement.target) if isinstance(statement, ast.AnnAssign) else "…"


def test_no_list_is_sorted_by_how_a_state_is_spelt():
    found = [
        f"{module.at(node)}: {dotted(node)}"
        for module in product()
        for call, name in calls(module)
        if name.rpartition(".")[2] in ("order_by", "sorted", "sort")
        for part in (*call.args, *(keyword.value for keyword in call.keywords))
        for node in ast.walk(part)
        if isinstance(node, ast.Attribute) and node.attr in ("state", "from_state", "to_state")
    ]
    assert not found, told(
        found,
        "Sort by what a state means: in_order() of storage/dialects.py, or a place in a table of "
        "the model. By its spelling, a new state or a better name reorders the screens of people.",
    )
