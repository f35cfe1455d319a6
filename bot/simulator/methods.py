"""The table of contents of the simulated Bot API: every method, by name.

getUpdates and the webhook methods wait or talk to the outside, so `server.py` carries them out;
all others are plain functions of the world, registered by the modules imported here.
"""

from __future__ import annotations

from aiogram.methods import DeleteWebhook, GetUpdates, GetWebhookInfo, SetWebhook

from . import editing, profile, sending
from .calls import REGISTRY, Call, Handler, Upload, method, prepare
from .objects import Json
from .refusals import bad_request

_ERRORS = ("last_error_date", "last_error_message")

__all__ = ["REGISTRY", "Call", "Handler", "Upload", "editing", "prepare", "profile", "sending"]


@method(GetUpdates)
async def get_updates(call: Call[GetUpdates]) -> object:
    """Long polling; what is below `offset` is confirmed and forgotten."""
    given = call.given
    limit = min(max(given.limit or 100, 1), 100)
    seconds = min(max(given.timeout or 0, 0), 50)
    return await call.world.updates.poll(given.offset or 0, limit, seconds, given.allowed_updates)


@method(SetWebhook)
def set_webhook(call: Call[SetWebhook]) -> object:
    """Sends updates to an address instead; an empty address means polling again.

    Plain HTTP is accepted, as by a local Bot API server; only loopback addresses are ever called.
    """
    updates, given = call.world.updates, call.given
    updates.allow(given.allowed_updates)
    if given.drop_pending_updates:
        updates.drop()
    url = call.raw.get("url", "")
    if not url:
        updates.set_webhook(None)
        return True
    if not str(url).startswith(("http://", "https://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    updates.set_webhook({"url": str(url), "secret_token": given.secret_token})
    return True


@method(DeleteWebhook)
def delete_webhook(call: Call[DeleteWebhook]) -> object:
    """Polling again."""
    if call.given.drop_pending_updates:
        call.world.updates.drop()
    call.world.updates.set_webhook(None)
    return True


@method(GetWebhookInfo)
def get_webhook_info(call: Call[GetWebhookInfo]) -> object:
    """Address, backlog and last error."""
    updates = call.world.updates
    webhook = updates.webhook or {}
    info: Json = {
        "url": webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(updates.pending),
    }
    info.update({key: webhook[key] for key in _ERRORS if key in webhook})
    if updates.allowed:
        info["allowed_updates"] = sorted(updates.allowed)
    return info
