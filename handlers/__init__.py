"""What people can say: the table of contents, in the order in which it is tried."""

from aiogram import Router
from aiogram_dialog import setup_dialogs

from handlers import refusals
from handlers.filters import When, is_command
from handlers.forms import unfinished
from handlers.forms.messages import FormMessages
from handlers.known import Known
from handlers.people import buttons, events, fallback, groups, joining, me, study, suggestions
from handlers.staff import (
    broadcasts,
    communities,
    desk,
    figures,
    inbox,
    invitations,
    notices,
    pushes,
    zones,
)
from handlers.staff import events as staff_events
from handlers.staff import groups as staff_groups

FORM_MARK = "\x1d"  # what aiogram-dialog puts into the buttons of its forms


def _people() -> Router:
    """Everything for people who joined; commands come before forms, so that they always work."""
    router = Router(name="people")
    router.message.outer_middleware(Known())
    router.callback_query.outer_middleware(Known())
    router.include_routers(
        _screens(),
        suggestions.form,
        staff_events.form,
        notices.form,
        broadcasts.form,
        pushes.form,
        inbox.form,
        communities.form,
        zones.form,
        fallback.last,
    )
    setup_dialogs(router, message_manager=FormMessages())
    router.message.middleware(unfinished.Unfinished())
    return router


def _screens() -> Router:
    """Commands and our own buttons. What belongs to a form is not even offered to them."""
    router = Router(name="screens")
    router.message.filter(When(is_command))
    router.callback_query.filter(When(lambda press: FORM_MARK not in (press.data or "")))
    router.include_routers(
        fallback.router,
        me.router,
        study.router,
        events.router,
        suggestions.router,
        _staff(),
        unfinished.router,
        fallback.old_buttons,
    )
    return router


def _staff() -> Router:
    router = Router(name="staff")
    router.message.middleware(desk.StaffOnly())
    router.callback_query.middleware(desk.StaffOnly())
    router.include_routers(
        desk.router,
        inbox.router,
        staff_events.router,
        notices.router,
        broadcasts.router,
        staff_groups.router,
        pushes.router,
        figures.router,
        invitations.router,
        communities.router,
        zones.router,
    )
    return router


# Each router that an update passes costs time, so what is pressed most comes first.
ROUTERS = (
    buttons.router,  # under pushes and events; needs no knowledge of the person
    groups.router,  # before anything that would answer in a group
    joining.router,  # strangers are expected here
    _people(),
    refusals.router,  # hears of errors only
)
