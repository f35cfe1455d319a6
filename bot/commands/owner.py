"""`linli owner`: the operator's link to the first owner."""

from datetime import datetime

from bot.outside import new_secret, start_link, utc_now
from bot.settings import BotSettings, SettingsError
from bot.telegram.client import TelegramRefused, TelegramUnavailable
from bot.telegram.meeting import our_name, problem_with, telegram_for
from content.programme import load_programme
from storage.actions.invitations import invite_owner
from storage.actions.nodes import found_district
from storage.database import Database
from storage.model.person import INVITATION


async def owner_link(database: Database, settings: BotSettings) -> tuple[str, datetime]:
    """Make a one-time link for an owner; returns it and its expiry.

    The district is founded on the way, with the name in the programme file. Raises SettingsError if
    Telegram does not answer for this token, and a moment later neither.
    """
    telegram = telegram_for(settings)
    try:
        username = our_name(await telegram.patiently("getMe", {}))
    except (TelegramRefused, TelegramUnavailable) as error:
        raise SettingsError([problem_with(error)]) from error
    finally:
        await telegram.close()
    programme = load_programme(settings.programme)
    now, secret = utc_now(), new_secret()
    name = programme.district.in_(settings.default_language)
    district = await database.write(found_district, name, now)
    expires_at = await database.write(invite_owner, district.id, secret, now)
    return start_link(username, INVITATION + secret), expires_at
