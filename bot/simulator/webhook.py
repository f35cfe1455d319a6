"""Updates sent to the bot's webhook, one after the other, until it accepts them."""

from __future__ import annotations

import asyncio
import json
import logging
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, MultipartReader

from .bodies import read_parts
from .botapi import BODY_LIMIT, BotApi
from .objects import Json
from .refusals import Refusal

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0


def is_loopback(host: str | None) -> bool:
    """True for this machine's own addresses."""
    if host == "localhost":
        return True
    try:
        return ip_address((host or "").strip("[]")).is_loopback
    except ValueError:
        return False


class WebhookSender:
    """A task that lives as long as the server."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.updates = api.world.updates

    async def run(self) -> None:
        """Sends whatever is pending while a webhook is set; repeats what was not accepted."""
        pause = FIRST_PAUSE
        async with ClientSession(timeout=ClientTimeout(total=60)) as session:
            while True:
                webhook = self.updates.webhook
                if webhook is None or not self.updates.pending:
                    await self.updates.arrived.wait()
                    continue
                error = await self._send(session, webhook, self.updates.pending[0])
                if error is None:
                    pause = FIRST_PAUSE
                    continue
                webhook["last_error_date"] = self.api.world.clock.timestamp()
                webhook["last_error_message"] = error
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _send(self, session: ClientSession, webhook: Json, update: Json) -> str | None:
        """Sends one update; None when it was accepted, else what went wrong."""
        if not is_loopback(urlsplit(webhook["url"]).hostname):
            log.error("the simulator calls no webhook outside of this machine: %s", webhook["url"])
            return "Connection refused"
        secret = webhook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with session.post(webhook["url"], json=update, headers=headers) as response:
                if not 200 <= response.status < 300:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
                answer = await _method_in(response)
        except (ClientError, TimeoutError, OSError) as error:
            return f"Connection failed: {type(error).__name__}"
        self.updates.confirm_before(update["update_id"] + 1)
        if answer is not None:
            await self._carry_out(*answer)
        return None

    async def _carry_out(self, fields: Json, uploads: dict[str, Any]) -> None:
        name = str(fields.pop("method"))
        try:
            await self.api.execute(name, fields, uploads)
        except Refusal as refusal:  # Telegram tells nobody either
            log.warning("%s in the webhook's answer was refused: %s", name, refusal.description)


async def _method_in(response: ClientResponse) -> tuple[Json, dict[str, Any]] | None:
    """A Bot API call in the body of the webhook's answer, None without one."""
    if response.content_type == "multipart/form-data":
        fields, uploads = await read_parts(MultipartReader.from_response(response), BODY_LIMIT)  # type: ignore[arg-type]
    else:
        body = await response.content.read(BODY_LIMIT)
        try:
            fields, uploads = json.loads(body or b"{}"), {}
        except ValueError:
            return None
    if not isinstance(fields, dict) or "method" not in fields:
        return None
    return fields, uploads
