"""The control interface for the page: JSON under /sim/, a stream of changes, the page itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from . import acts, view
from .bodies import parse_json, read_bounded, read_parts
from .entities import clean
from .files import DOWNLOAD_LIMIT, TINY_PNG, sniff_image
from .objects import Account, Chat, Json
from .refusals import Refusal
from .signals import Signal
from .world import Event, World

PAGE = Path(__file__).with_name("page")
JSON_LIMIT = 64 * 1024
ANSWER_WITHIN = 15.0
HEARTBEAT = 15.0
_CHAT = "/sim/persons/{person}/chats/{chat:-?[0-9]+}"
_SHOWN = (
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "video/mp4",
    "audio/ogg",
    "audio/mpeg",
)
_KINDS = ("photo", "document", "video", "voice")


@dataclass(frozen=True)
class Guide:
    """What the page offers to somebody who sees it for the first time: pairs of whose phone to open
    and what for (a word of the page), and the payload with which a newcomer comes in."""

    tries: tuple[tuple[str, str], ...]
    door: str


async def _nobody_waits(_: str) -> None:
    """Nothing depends on who reads the page."""


@dataclass
class Front:
    """What the page is to its reader. `opened` is awaited before it is shown, with the language of
    the reader's browser (zh or en)."""

    opened: Callable[[str], Awaitable[None]] = _nobody_waits
    guide: Guide | None = None

    def as_json(self) -> Json | None:
        return asdict(self.guide) if self.guide else None


class Control:
    """Lets the page act as any person and move the clock."""

    def __init__(
        self,
        world: World,
        next_slot: Callable[[], Awaitable[datetime | None]],
        closing: asyncio.Event,
        front: Front,
    ) -> None:
        self.world = world
        self.next_slot = next_slot
        self.closing = closing
        self.front = front

    def routes(self) -> list[web.RouteDef]:
        """What an aiohttp application needs to serve this."""
        return [
            web.get("/sim/state", _json(self.state)),
            web.post("/sim/persons", _json(self.add_person)),
            web.post("/sim/groups", _json(self.add_group)),
            web.post("/sim/clock", _json(self.move_clock)),
            web.get("/sim/events", self.events),
            web.get("/sim/files/{file_id}", self.file),
            web.post("/sim/persons/{person}/start", _json(self.start)),
            web.post("/sim/persons/{person}/block", _json(self.block)),
            web.get(f"{_CHAT}/messages", _json(self.messages)),
            web.post(f"{_CHAT}/text", _json(self.text)),
            web.post(f"{_CHAT}/press", _json(self.press)),
            web.post(f"{_CHAT}/file", _json(self.send_file)),
            web.post(f"{_CHAT}/location", _json(self.location)),
            web.post(f"{_CHAT}/sticker", _json(self.sticker)),
            web.post(f"{_CHAT}/vote", _json(self.vote)),
            web.get("/", self.page),
            web.get(r"/{name:[\w-]+\.(?:html|js|css|svg|png|ico|webmanifest)}", self.page),
        ]

    # -- the whole ------------------------------------------------------------------------------

    async def state(self, _: web.Request) -> Json:
        """Bot, clock, persons, groups and the guide."""
        slot = await self.next_slot()
        bot, groups = self.world.bot, [c for c in self.world.chats.values() if not c.is_private]
        return {
            "bot": {"id": bot.id, "username": bot.username, "first_name": bot.first_name},
            "now": self.world.clock.now().isoformat(),
            "clock": {"can_move": True, "next_slot": slot.isoformat() if slot else None},
            "persons": [_person(account) for account in self.world.accounts.values()],
            "groups": [_group(chat) for chat in groups if chat.migrated_to is None],
            "guide": self.front.as_json(),
        }

    async def add_person(self, request: web.Request) -> Json:
        """Another account."""
        body = await _body(request)
        name, language = _string(body, "first_name"), _string(body, "language_code", "zh")
        label = _string(body, "label", name)
        return _person(self.world.add_person(name, language=language[:16], label=label[:64]))

    async def add_group(self, request: web.Request) -> Json:
        """A group of persons and the bot."""
        body = await _body(request)
        accounts = [self._account(member) for member in body.get("members", [])]
        if not accounts:
            raise acts.Impossible("a group needs members")
        chat = self.world.add_group(_string(body, "title"), accounts)
        acts.join_bot(self.world, chat, accounts[0])
        return {"id": chat.id, "title": chat.title}

    async def move_clock(self, request: web.Request) -> Json:
        """To an instant, by some seconds, or to the next slot."""
        body = await _body(request)
        clock = self.world.clock
        if body.get("next_slot"):
            slot = await self.next_slot()
            if slot is None:
                raise acts.Impossible("nothing is planned")
            return {"now": clock.move_to(slot).isoformat()}
        if "to" in body:
            return {"now": clock.move_to(datetime.fromisoformat(_string(body, "to"))).isoformat()}
        return {"now": clock.advance(timedelta(seconds=float(body["seconds"]))).isoformat()}

    # -- a person -------------------------------------------------------------------------------

    async def start(self, request: web.Request) -> Json:
        """Opens the bot by a deep link."""
        body = await _body(request)
        account = self._account(request.match_info["person"])
        message = acts.start(self.world, account, _string(body, "payload", ""))
        return {"message_id": message.message_id}

    async def block(self, request: web.Request) -> Json:
        """Blocks or unblocks the bot."""
        body = await _body(request)
        account = self._account(request.match_info["person"])
        acts.block(self.world, account, bool(body["blocked"]))
        return _person(account)

    # -- a person in a chat ---------------------------------------------------------------------

    async def messages(self, request: web.Request) -> Json:
        """The chat as this person sees it."""
        return view.chat_json(self.world, *self._where(request))

    async def text(self, request: web.Request) -> Json:
        """A text, or a press on the reply keyboard if it is the label of a button there."""
        body = await _body(request)
        account, chat = self._where(request)
        text = _string(body, "text")
        rows = view.reply_labels(account, chat) or []
        if any(text in row for row in rows):
            message = acts.press_reply(self.world, account, chat, text)
        else:
            message = acts.say(self.world, account, chat, text)[-1]
        return {"message_id": message.message_id}

    async def press(self, request: web.Request) -> Json:
        """A press on an inline button; waits for the bot's answer."""
        body = await _body(request)
        account, chat = self._where(request)
        # As the button carries it: libraries put control characters into their data.
        message_id, data = int(body["message_id"]), str(body["data"])
        query = acts.press(self.world, account, chat, message_id, data)
        await asyncio.wait({query.answer}, timeout=ANSWER_WITHIN)
        answer = query.answer.result() if query.answer.done() else {"text": None, "alert": False}
        if link := answer.get("url"):  # it opens our own chat, where the client says /start
            acts.start(self.world, account, str(link))
        return {"toast": answer["text"], "alert": answer["alert"]}

    async def send_file(self, request: web.Request) -> Json:
        """A photo, document, video or voice from the person's device."""
        account, chat = self._where(request)
        if request.content_type != "multipart/form-data":
            raise acts.Impossible("a file comes as multipart/form-data")
        fields, uploads = await read_parts(await request.multipart(), DOWNLOAD_LIMIT)
        if "file" not in uploads or fields.get("kind") not in _KINDS:
            raise acts.Impossible('the field "file" and a kind out of ' + ", ".join(_KINDS))
        upload, kind = uploads["file"], fields["kind"]
        if kind == "photo" and sniff_image(upload.data) is None:
            kind = "document"  # as Telegram's clients do
        caption = fields.get("caption")
        file = acts.FromDevice(kind, upload.data, upload.name, upload.mime, caption)
        message = acts.send_file(self.world, account, chat, file)
        return {"message_id": message.message_id}

    async def location(self, request: web.Request) -> Json:
        """A place."""
        body = await _body(request)
        account, chat = self._where(request)
        place = float(body["latitude"]), float(body["longitude"])
        return {"message_id": acts.send_location(self.world, account, chat, *place).message_id}

    async def sticker(self, request: web.Request) -> Json:
        """A sticker."""
        account, chat = self._where(request)
        message = acts.send_file(self.world, account, chat, acts.FromDevice("sticker", TINY_PNG))
        return {"message_id": message.message_id}

    async def vote(self, request: web.Request) -> Json:
        """A vote in a poll."""
        body = await _body(request)
        account, _ = self._where(request)
        poll, message = self.world.polls[_string(body, "poll_id")]
        acts.vote(self.world, account, poll, message, [int(n) for n in body["options"]])
        return {"chosen": poll.votes.get(account.id, [])}

    def _account(self, person: object) -> Account:
        account = self.world.accounts.get(int(str(person)))
        if account is None:
            raise web.HTTPNotFound
        return account

    def _where(self, request: web.Request) -> tuple[Account, Chat]:
        account = self._account(request.match_info["person"])
        chat = self.world.chats.get(int(request.match_info["chat"]))
        if chat is None or account.id not in chat.members:
            raise web.HTTPNotFound
        return account, chat

    # -- files and changes ----------------------------------------------------------------------

    async def file(self, request: web.Request) -> web.Response:
        """A file of a message; what a browser would run is only offered for saving."""
        stored = self.world.files.find(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        safe = stored.mime in _SHOWN
        headers = {"Content-Security-Policy": "sandbox; default-src 'none'"}
        if not safe:
            headers["Content-Disposition"] = "attachment"
        kind = stored.mime if safe else "application/octet-stream"
        return web.Response(body=stored.data, content_type=kind, headers=headers)

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The chat page and what belongs to it."""
        name = request.match_info.get("name", "index.html")
        path = PAGE / name
        if not path.is_file():
            raise web.HTTPNotFound
        if name == "index.html":
            asked = request.headers.get("Accept-Language", "").lower()
            await self.front.opened("en" if asked.startswith("en") else "zh")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events; of several changes of one chat a slow reader gets one."""
        waiting: dict[str, None] = {}
        news = Signal()

        def note(event: Event) -> None:
            waiting[json.dumps(event)] = None
            news.fire()

        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        stop = self.world.listen(note)
        closing = asyncio.ensure_future(self.closing.wait())
        closing.add_done_callback(lambda _: news.fire())
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            while not self.closing.is_set():
                if not waiting and not await news.wait(HEARTBEAT):
                    await response.write(b": still here\n\n")
                batch = "".join(f"data: {line}\n\n" for line in waiting)
                waiting.clear()
                if batch:
                    await response.write(batch.encode())
        except ConnectionError:
            pass
        finally:
            stop()
            closing.cancel()
        return response


def _group(chat: Chat) -> Json:
    return {"id": chat.id, "title": chat.title, "members": list(chat.members)}


def _person(account: Account) -> Json:
    return {
        "id": account.id,
        "first_name": account.first_name,
        "username": account.username,
        "language_code": account.language_code,
        "label": account.label,
        "blocked": account.blocked,
    }


async def _body(request: web.Request) -> Json:
    return parse_json(await read_bounded(request, JSON_LIMIT))


def _string(body: Json, key: str, default: str | None = None) -> str:
    value: Any = body.get(key, default)
    if not isinstance(value, str):
        raise acts.Impossible(f'"{key}" must be a text')
    return clean(value)


def _json(act: Callable[[web.Request], Awaitable[Json]]) -> Handler:
    """Turns what cannot be done into an answer with words."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await act(request))
        except Refusal as refusal:
            return web.json_response({"error": refusal.description}, status=refusal.code)
        except acts.Impossible as impossible:
            return web.json_response({"error": str(impossible)}, status=409)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            return web.json_response({"error": f"not understood: {error}"}, status=400)
        except web.HTTPNotFound:
            return web.json_response({"error": "there is no such thing"}, status=404)

    return handle
