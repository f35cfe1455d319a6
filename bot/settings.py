"""The settings: the only place that reads the environment (and `.env`)."""

import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass
from zoneinfo import ZoneInfo

from dotenv.parser import Original, parse_stream
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from content.programme import SHELF, SHIPPED

TELEGRAM = "https://api.telegram.org"
FILE = Path(".env")
NO_TOKEN = "BOT_TOKEN: none is set, so only `linli simulate` can run; @BotFather gives one"
_ENCODING = "utf-8-sig"  # with or without the mark that some editors begin a file with
OLD_NAMES = {"LANGUAGE": "DEFAULT_LANGUAGE"}  # what a setting was called before
_USUAL_RATE, _PAID_RATE = 30.0, 1000.0
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
_SECRETS = ("database_url", "proxy_url")  # what may hold a password
_ALIVE = re.compile(rb"$|\d+ \d{4}-\d\d-")  # how a file begins that is renewed, or a new one
_ALIKE = 0.85  # of a name in the environment, where most are no concern of ours


class SettingsError(Exception):
    """Some settings are wrong. `problems` are whole sentences, one for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _database(url: str) -> str:
    if not re.fullmatch(r"sqlite:///(?!:memory:).+|postgresql://.+", url):
        raise ValueError("expected sqlite:///path/to/file or postgresql://user@host/name")
    if url.startswith("sqlite:") and "?" in url:  # an option that is not obeyed is a promise broken
        raise ValueError("options behind a ? are not for SQLite; write sqlite:///path/to/file")
    if url.startswith("sqlite:"):
        _require_file(Path(unquote(url.removeprefix("sqlite:///"))))
    if url.startswith("postgresql:"):
        try:
            parts = urlsplit(url)
            _ = parts.port  # raises for one that is none, and for half an IPv6 address
            if parts.netloc.count("@") > 1:  # what follows the first one would be told as the host
                raise ValueError("an @ in the password")
        except ValueError:
            raise ValueError(
                "expected postgresql://user:password@host:port/name with a number as port; "
                "characters such as @ # / ? of a password are written as %40 %23 %2F %3F"
            ) from None
    return url


def _require_file(path: Path) -> None:
    """A pipe is never read to its end, and a device would be lost: a new file takes its place."""
    if os.path.exists(path) and not (path.is_file() or path.is_dir()):  # folders are told later
        raise ValueError("expected a file, and there is a device, a pipe or a socket at that place")


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[\w-]{6,}", token.get_secret_value(), re.ASCII):
        raise ValueError("not a token")
    return token


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("expected an address that begins with http:// or https://")
    if not _has_host(url):
        raise ValueError("expected a host, and a port from 1 to 65535 if there is one")
    return url.rstrip("/")


def _has_host(url: str) -> bool:
    """Whether an address names a host that can be one, and no port that is none."""
    try:
        parts = urlsplit(url)
        return bool(re.fullmatch(r"[\w.:%-]+", parts.hostname or "")) and parts.port != 0
    except ValueError:  # of the port, or of what stands in brackets
        return False


def _proxy(given: SecretStr) -> SecretStr:
    url = given.get_secret_value()
    if "://" not in url:  # as the usual variables are often written
        url = f"http://{url}"
    scheme = url.partition("://")[0].lower()
    if scheme not in _PROXY_SCHEMES or not _has_host(url):
        raise ValueError(
            "expected http://host:port or socks5://host:port, with user:password@ before the host "
            "if the proxy wants them"
        )
    if scheme.startswith("socks") and not unquote(urlsplit(url).netloc).isascii():
        raise ValueError("expected Latin letters and signs only in the password of a SOCKS proxy")
    return SecretStr(url)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise ValueError("expected a time zone such as Asia/Shanghai") from error
    return name


def _looked_at(look: Callable[[Path], Path]) -> Callable[[Path], Path]:
    """The same, where what the system refuses is told of this setting, not of the file of them."""

    def look_and_tell(path: Path) -> Path:
        try:
            return look(path)
        except OSError as error:
            raise ValueError(f"cannot be looked at ({error.strerror})") from None

    return look_and_tell


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


@_looked_at
def _programme(path: Path) -> Path:
    """One that is shipped, by its name; else a folder."""
    shipped = sorted(each.name for each in SHELF.iterdir() if each.is_dir())
    if str(path) in shipped:
        return SHELF / path
    if not path.is_dir():
        raise ValueError(f"expected a folder that exists, or one of: {', '.join(shipped)}")
    return path


@_looked_at
def _file(path: Path) -> Path:
    if not path.parent.is_dir() or path.is_dir():
        raise ValueError("expected a file in a folder that exists")
    # It is taken away at the end, which a device or a pipe must not be, either.
    if path.exists() and not (path.is_file() and _ALIVE.match(path.read_bytes()[:100])):
        raise ValueError("expected a file of its own: there is another one at that place")
    return path


class Settings(BaseSettings):
    """Everything that an operator may set."""

    model_config = SettingsConfigDict(
        env_file=FILE, env_file_encoding=_ENCODING, extra="ignore", env_ignore_empty=True
    )

    bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    bot_api_url: Annotated[str, AfterValidator(_address)] = TELEGRAM
    # On the way to Telegram only. Not set: HTTPS_PROXY and its kind, of the environment.
    proxy_url: Annotated[SecretStr, AfterValidator(_proxy)] | None = None
    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///data/linli.db"
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    # Not LANGUAGE: that is gettext's own variable, and set on many machines.
    default_language: Literal["zh", "en"] = "zh"
    programme: Annotated[Path, AfterValidator(_programme)] = SHIPPED
    log_format: Literal["text", "json"] = "text"
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = (
        "info"
    )
    # Telegram's published limits: 30 a second over all chats, up to 1000 for those who pay
    # (core.telegram.org/bots/faq). Answers count, too, and go first.
    pace_per_second: float = Field(_USUAL_RATE, gt=0, le=_PAID_RATE)
    paid_broadcast: bool = False
    tick_seconds: float = Field(1, gt=0, le=60)
    # Renewed every ten seconds while the bot lives, for a watchdog that is not systemd.
    alive_file: Annotated[Path, AfterValidator(_file)] | None = None

    @model_validator(mode="after")
    def _use_the_usual_proxy(self) -> Self:
        """HTTP(S)_PROXY or ALL_PROXY, unless NO_PROXY names the host."""
        parts, found = urlsplit(self.bot_api_url), getproxies_environment()
        host = parts.netloc.rpartition("@")[2]
        usual = found.get(parts.scheme) or found.get("all")
        if self.proxy_url is None and usual and not proxy_bypass(host):
            name = f"{parts.scheme if parts.scheme in found else 'all'}_proxy".upper()
            try:
                self.proxy_url = _proxy(SecretStr(usual))
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        return self

    @property
    def rate(self) -> float:
        """Messages a second: as set, or what Telegram allows those who pay."""
        given = "pace_per_second" in self.model_fields_set
        return _PAID_RATE if self.paid_broadcast and not given else self.pace_per_second

    @property
    def database(self) -> str:
        """Where the database is, without a password, and without options: one may stand there."""
        if not self.database_url.startswith("postgresql:"):
            return self.database_url
        parts = urlsplit(self.database_url)
        user, at, host = parts.netloc.rpartition("@")
        name, _, password = user.partition(":")
        shown = f"{name}:…" if password else name
        return f"{parts.scheme}://{shown}{at}{host}{parts.path}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class BotSettings(Settings):
    """The same where Telegram is spoken to, which takes a token."""

    bot_token: Annotated[SecretStr, AfterValidator(_token)]

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may hold: the token, and the proxy's password as written and as meant."""
        proxy = self.proxy_url.get_secret_value() if self.proxy_url else ""
        password = urlsplit(proxy).password or ""
        found = (self.bot_token.get_secret_value(), password, unquote(password))
        return tuple(each for each in found if each)


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who started us and wants to hear how we are: the address of its socket, and within how many
    seconds it wants to hear that we live (None: it does not)."""

    socket: str
    watchdog: float | None


def supervisor() -> Supervisor | None:
    """What systemd tells a service of `Type=notify` (sd_notify(3), sd_watchdog_enabled(3))."""
    address, wanted = os.environ.get("NOTIFY_SOCKET", ""), os.environ.get("WATCHDOG_USEC", "")
    if not address.startswith(("/", "@")):
        return None
    ours = os.environ.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
    microseconds = int(wanted) if ours and wanted.isdecimal() else 0
    # One that begins with @ has no file: its first byte is zero.
    socket = "\0" + address[1:] if address.startswith("@") else address
    return Supervisor(socket, microseconds / 1e6 or None)


Kind = TypeVar("Kind", bound=Settings)


def read_settings(kind: type[Kind], **given: Any) -> Kind:
    """The settings of the environment and `.env`; `given` ones win.

    Raises SettingsError with every problem at once. It never tells the value of a secret.
    """
    if FILE.is_dir():  # as Docker makes it of a file that is not there
        raise SettingsError([f"{FILE}: is a folder and no file"])
    if FILE.is_symlink() and not FILE.exists():
        raise SettingsError([f"{FILE}: is a link to {FILE.readlink()}, where there is no file"])
    logging.getLogger("dotenv.main").disabled = True  # what it would say we say better
    try:
        # With a line left out the bot would run with another database, say, than was meant.
        problems = _unread_lines()
        settings = kind(**given)
    except UnicodeDecodeError:
        raise SettingsError([f"{FILE}: not in UTF-8; save it in that encoding"]) from None
    except OSError as error:
        raise SettingsError([f"{FILE}: cannot be read ({error.strerror})"]) from None
    except ValidationError as error:
        # What seems to be missing may stand in a line that cannot be read.
        wrong = [e for e in error.errors() if not problems or e["type"] != "missing"]
        told = [f"{_name(each)}{_reason(each)}" for each in wrong]
        raise SettingsError([*problems, *told]) from None
    if problems:
        raise SettingsError(problems)
    return settings


def _name(found: Any) -> str:
    return f"{found['loc'][0]}: ".upper() if found["loc"] else ""


def _reason(found: Any) -> str:
    if found["loc"] == ("bot_token",):
        return "expected a token as @BotFather gives it, such as 123456:ABC-DEF"
    reason: str = found["msg"].removeprefix("Value error, ")
    if not found["loc"]:  # of a variable that is no setting of ours
        return reason
    reason = reason[0].lower() + reason[1:]
    if found["loc"][0] in _SECRETS or "@" in str(found["input"]):  # may hold a password
        return reason
    return f"{reason}, not {found['input']!r}"


def misnamed_settings() -> list[str]:
    """What is set and read by nothing: whatever the file has that is no setting, and what in the
    environment is called almost like one."""
    names = [name.upper() for name in Settings.model_fields]
    problems = []
    for _, name in _lines():
        if name is not None and name.upper() not in names:
            alike = get_close_matches(name.upper(), names, 1)
            problems.append(f"{name}: in {FILE}: " + _instead(name, alike))
    for name in os.environ:
        alike = get_close_matches(name.upper(), names, 1, _ALIKE)
        if alike and name.upper() not in names:
            problems.append(f"{name}: in the environment: " + _instead(name, alike))
    return problems


def _unread_lines() -> list[str]:
    return [
        f"{FILE}: line {number} is none of the form NAME=value, and cannot be read"
        for number, name in _lines()
        if name is None
    ]


def _lines() -> list[tuple[int, str | None]]:
    """The number of each line of the file that is to set something, with the name in it; None if
    nothing can be read there."""
    if not FILE.is_file():
        return []
    with FILE.open(encoding=_ENCODING) as file:
        found = [each for each in parse_stream(file) if each.error or each.key is not None]
    return [
        (_line(each.original), None if each.error or each.value is None else each.key)
        for each in found
    ]


def _line(original: Original) -> int:
    """Empty lines before it count as a part of it."""
    empty = len(original.string) - len(original.string.lstrip())
    return original.line + original.string[:empty].count("\n")


def _instead(name: str, alike: list[str]) -> str:
    if name in OLD_NAMES:
        return f"it is called {OLD_NAMES[name]} now"
    return "there is no such setting" + (f"; {alike[0]} perhaps?" if alike else "")
