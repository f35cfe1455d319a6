"""The command line `linli`. Heavy imports stay inside the commands, so short ones start fast."""

import asyncio
import gc
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.exceptions import TyperException

from bot.commands.databases import with_database
from bot.ending import Ending, no_file

app = typer.Typer(
    name="linli",
    help="Linli (邻里): a Telegram bot for communities.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

WRONG_SETUP = 2
_INTERRUPTED = 130  # as a shell says it of Ctrl-C
_LARGEST_ID = 2**63 - 1

_NAMED = "Its code (as in its link), id or name"
Place = Annotated[str, typer.Option("--place", metavar="PLACE", help=f"{_NAMED}.")]
AnyPlace = Annotated[
    str | None,
    typer.Option("--place", metavar="PLACE", help=f"{_NAMED}; else the district with all."),
]
Days = Annotated[str, typer.Option("--period", help='"2026年3月", "last year"; else this one.')]


def _tell_version(wanted: bool) -> None:
    from bot.outside import VERSION

    if wanted:
        typer.echo(f"Linli {VERSION}")
        raise typer.Exit


@app.callback()
def linli(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Say which this is."),
    ] = False,
) -> None:
    """Linli (邻里): a Telegram bot for communities."""


def main() -> None:
    """Run the command line. What is wrong with the setup, or with what was typed, is told in one
    line each, exit code 2."""
    ending = Ending()
    try:
        code = _run()
    except KeyboardInterrupt:  # while something was imported
        code = _INTERRUPTED
    sys.exit(ending.code(code, WRONG_SETUP))


def _run() -> int:
    """The exit code."""
    from bot.settings import SettingsError
    from content.problems import ContentError
    from storage.problem import DatabaseProblem

    try:
        return app(standalone_mode=False) or 0
    except TyperException as error:
        typer.echo(_of_usage(error.format_message()), err=True)
    except typer.Abort:
        return _INTERRUPTED
    except DatabaseProblem as error:
        typer.echo(f"linli: {error}", err=True)
    except (SettingsError, ContentError, SetupError) as error:
        for problem in error.problems:
            typer.echo(f"linli: {problem}", err=True)
    except Exception as error:
        told = _lost_database(error) or no_file(error)
        if told is None:
            raise
        typer.echo(f"linli: {told}", err=True)
    return WRONG_SETUP


def _of_usage(told: str) -> str:
    """One line; the whole help, which is told where no command is named, as it is."""
    told = told.strip()
    if not told:  # the help stands there already
        return "linli: name a command"
    return told if "\n" in told else f"linli: {told.rstrip('.')}; see linli --help"


def _lost_database(error: Exception) -> str | None:
    """What to tell if the database failed in the middle of a command, nobody to blame."""
    from bot.settings import Settings, read_settings
    from storage.reasons import reason
    from storage.trouble import is_trouble

    return reason(error, read_settings(Settings).database_url) if is_trouble(error) else None


class SetupError(Exception):
    """Something that must be done before this command can run."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems


@app.command()
def run() -> None:
    """Run the bot (long polling). Needs BOT_TOKEN."""
    from bot.settings import BotSettings, read_settings

    settings = read_settings(BotSettings)
    gc.disable()  # for the imports: none of it is garbage; `serve` switches it on again
    from bot.commands.run import serve

    asyncio.run(serve(settings, _stop_on_signals))


TwoYears = Annotated[
    bool, typer.Option("--year", help="Twelve communities, and two years of their life.")
]


@app.command()
def simulate(
    port: Annotated[int, typer.Option(help="Port of the page.", min=1, max=65535)] = 8088,
    year: TwoYears = False,
) -> None:
    """Run the product with a stand-in for Telegram and demo data; forgets at every start."""
    from bot.commands import simulate as simulation
    from bot.settings import Settings, read_settings

    try:
        url = simulation.prepare(Path("data"), port)
    except simulation.PortTaken as error:
        raise SetupError(str(error)) from None
    settings = read_settings(Settings, database_url=url)
    asyncio.run(simulation.simulate(settings, port, _stop_on_signals, typer.echo, year=year))


@app.command()
def migrate() -> None:
    """Bring the database to the shape that this version expects."""
    from bot.commands.upkeep import migrate as migrate_database
    from bot.settings import Settings, read_settings

    migrate_database(read_settings(Settings), typer.echo)


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="A new file, or a folder that is there.")],
) -> None:
    """Copy the SQLite database, whole, while the bot goes on."""
    from bot.commands.upkeep import back_up
    from bot.outside import utc_now
    from bot.settings import Settings, read_settings

    back_up(read_settings(Settings), target, utc_now(), typer.echo)


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="What `linli backup` or `linli migrate` kept.")],
) -> None:
    """Put a copy back into the place of the SQLite database, which is kept beside it."""
    from bot.commands.upkeep import put_back
    from bot.outside import utc_now
    from bot.settings import Settings, read_settings

    put_back(read_settings(Settings), source, utc_now(), typer.echo)


@app.command()
def check() -> None:
    """Check everything that can be wrong before a start: settings, programme, content, texts, and
    the database, which is not changed."""
    from bot.outside import utc_now
    from bot.product import check_content, unknown_holidays
    from bot.settings import FILE, NO_TOKEN, Settings, misnamed_settings, read_settings
    from storage.look import look_at

    settings = read_settings(Settings)
    look = look_at(settings.database_url)
    problems = [*misnamed_settings(), *check_content(settings), *look.problems]
    if settings.bot_token is None:
        # Whoever wrote a file of settings means to meet Telegram; who has none is trying it out.
        (problems if FILE.is_file() else look.notes).append(NO_TOKEN)
    for note in look.notes:
        typer.echo(note)
    if problems:
        raise SetupError(*problems)
    for note in unknown_holidays(settings, utc_now):
        typer.echo(note)
    typer.echo("Settings, programme, content and texts are in order.")


@app.command()
def owner() -> None:
    """Print a one-time link; whoever opens it becomes the owner."""
    from bot.commands.owner import owner_link
    from bot.settings import BotSettings, read_settings

    link, expires_at = asyncio.run(with_database(owner_link, read_settings(BotSettings)))
    typer.echo(link)
    typer.echo(f"It works once, until {expires_at:%Y-%m-%d %H:%M} UTC.", err=True)


@app.command()
def broadcasts(
    broadcast_id: Annotated[
        int | None,
        typer.Argument(
            metavar="ID", help="One of them, and whom it did not reach.", max=_LARGEST_ID
        ),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Look again until all is done.")] = False,
) -> None:
    """Show what is being sent, how fast, and the newest broadcasts."""
    from rich.console import Console

    from bot.commands.broadcasts import Terminal, show
    from bot.settings import Settings, read_settings
    from storage.model.refusal import Refusal

    terminal = Terminal(Console())
    look = partial(show, broadcast_id=broadcast_id, watch=watch, terminal=terminal)
    try:
        asyncio.run(with_database(look, read_settings(Settings)))
    except Refusal:
        raise SetupError(f"there is no broadcast {broadcast_id}") from None


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say whether the bot runs and keeps up; exit code 1 if not."""
    from bot.commands.status import look
    from bot.settings import Settings, read_settings

    settings = read_settings(Settings)
    report = asyncio.run(with_database(look, settings))
    typer.echo(report.as_json() if as_json else "\n".join(report.lines(settings)))
    raise typer.Exit(1 if report.problems else 0)


@app.command()
def stats(
    place: AnyPlace = None,
    period: Days = "",
    records: Annotated[
        str | None,
        typer.Option("--records", metavar="INDICATOR", help="Its id: also what it counted."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Count the figures of a place and period: planned, done, and the year before."""
    from bot.commands.progress import bar
    from bot.commands.stats import Wish, look
    from bot.settings import Settings, read_settings

    settings = read_settings(Settings)
    with bar() as told:
        work = partial(look, wish=Wish(place, period, records), told=told)
        found = asyncio.run(with_database(work, settings))
    typer.echo(found.as_json() if as_json else "\n".join(found.lines()))


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="A .docx or a .md file.")],
    place: AnyPlace = None,
    year: Annotated[int | None, typer.Option("--year", help="Else this one.")] = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="A Word file of your own to fill.")
    ] = None,
) -> None:
    """Write the annual summary of a community, or of the district with all its communities."""
    from bot.commands.report import Wanted, write_report
    from bot.settings import Settings, read_settings

    write = partial(write_report, wanted=Wanted(place, year, out, template))
    typer.echo(f"{out}: {asyncio.run(with_database(write, read_settings(Settings)))}")


@app.command()
def demo(
    year: TwoYears = False,
    seed: Annotated[int, typer.Option("--seed", help="Another one, another life.")] = 1,
) -> None:
    """Fill an empty database with demo data: communities, people, an event, suggestions."""
    from bot.commands.demo import HALF_FILLED, fill, fill_with_year
    from bot.commands.progress import bar
    from bot.settings import Settings, read_settings

    try:
        with bar() as told:
            work = partial(fill_with_year, seed=seed, told=told) if year else fill
            filled = asyncio.run(with_database(work, read_settings(Settings)))
    except KeyboardInterrupt:
        typer.echo(f"linli: {HALF_FILLED}", err=True)
        raise typer.Abort from None
    if not filled:
        raise SetupError("the database is not empty; demo data is put into an empty one only")
    typer.echo("Demo data is in place.")


@app.command()
def export(
    place: Place,
    out: Annotated[Path, typer.Option("--out", help="A file (.xlsx); for csv a folder.")],
    period: Days = "",
    form: Annotated[Literal["xlsx", "csv"], typer.Option("--format", help="Or csv.")] = "xlsx",
) -> None:
    """Write the figures of a place and period, with every record behind them: as a workbook, or as
    plain tables, a file each."""
    from bot.commands.exports import Form, Wish, export_figures
    from bot.commands.progress import bar
    from bot.settings import Settings, read_settings

    with bar() as told:
        work = partial(export_figures, wish=Wish(place, period, out, Form(form)), told=told)
        asyncio.run(with_database(work, read_settings(Settings)))
    typer.echo(str(out))


closing = typer.Typer(help="The figures of closed years.", no_args_is_help=True)
app.add_typer(closing, name="closing")
ledger = typer.Typer(help="The ledger as a workbook (xlsx).", no_args_is_help=True)
app.add_typer(ledger, name="ledger")


@closing.command("verify")
def verify_closings(place: AnyPlace = None) -> None:
    """Say of every closing whether its figures are those that were signed; exit code 1 if not."""
    from bot.commands.closings import verify
    from bot.settings import Settings, read_settings

    work = partial(verify, place=place)
    found = asyncio.run(with_database(work, read_settings(Settings)))
    typer.echo("\n".join(found.lines()))
    raise typer.Exit(0 if found.is_intact else 1)


@ledger.command("import")
def import_ledger(
    file: Annotated[Path, typer.Argument(help="A workbook (xlsx).", exists=True, dir_okay=False)],
    place: Place,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Record nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Record what is new in a workbook: all of it or, if something is wrong with it, nothing (exit
    code 1). Importing a file twice changes nothing."""
    from bot.commands.ledger import Wish, import_workbook
    from bot.commands.progress import bar
    from bot.settings import Settings, read_settings

    settings = read_settings(Settings)
    with bar() as told:
        work = partial(import_workbook, wish=Wish(file, place, dry_run), told=told)
        report = asyncio.run(with_database(work, settings))
    typer.echo(report.as_json() if as_json else "\n".join(report.lines()))
    raise typer.Exit(0 if report.plan else 1)


@ledger.command("template")
def ledger_template(
    place: Place,
    out: Annotated[Path, typer.Option("--out", help="Where it is written (.xlsx).")],
) -> None:
    """Write the workbook that a place fills in."""
    from bot.commands.ledger import make_template
    from bot.settings import Settings, read_settings

    work = partial(make_template, place=place, out=out)
    asyncio.run(with_database(work, read_settings(Settings)))
    typer.echo(str(out))


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
