"""What people can say: the table of contents."""

from typing import Any

from aiogram import Router
from aiogram.types import Message
from aiogram_dialog import setup_dialogs

from handlers import polls, refusals
from handlers.dispatch import Pressed, Said, Table, follow, read_table
from handlers.filters import IsEdit, When, is_command, is_private
from handlers.forms import unfinished
from handlers.forms.form import Form, InForm
from handlers.forms.messages import FormManagers
from handlers.known import Known
from handlers.people import (
    buttons,
    calendar_files,
    event_search,
    events,
    fallback,
    feedback,
    group_cards,
    groups,
    joining,
    me,
    questions,
    reminders,
    seats,
    study,
    suggest,
    suggestions,
    supports,
    unsent,
)
from handlers.people import doors as people_doors
from handlers.plain_words import PlainWords
from handlers.staff import (
    agenda,
    broadcasts,
    closings,
    communities,
    comparisons,
    confirming,
    corrections,
    desk,
    door_desk,
    doors,
    event_photos,
    figures,
    inbox,
    invitations,
    ledger,
    log,
    notices,
    paper_lists,
    papers,
    past,
    pictures,
    plan_sheets,
    planning,
    plans,
    post,
    post_change,
    pushes,
    reopening,
    report,
    roster_people,
    rosters,
    sheets,
    sheets_out,
    staff,
    stats,
    subscriptions,
    taking_back,
    void,
    zones,
)
from handlers.staff import events as staff_events
from handlers.staff import groups as staff_groups
from handlers.unseen import NothingUnseen
from storage.model.answers import AnswersDraft
from storage.model.closing_draft import UndoDraft
from storage.model.correction import CorrectionDraft
from storage.model.event_draft import EventDraft
from storage.model.event_search import SearchDraft
from storage.model.feedback import WordDraft
from storage.model.ledger_draft import EntryDraft, VoidDraft
from storage.model.node import ZoneDraft
from storage.model.notice_draft import NoticeDraft
from storage.model.past_event import PastDraft
from storage.model.photos_draft import PhotosDraft
from storage.model.plan_draft import PlanDraft
from storage.model.push import PushDraft
from storage.model.roles import Power
from storage.model.roster import DeskDraft
from storage.model.suggestion_draft import ReplyDraft, SuggestionDraft

# Everything that can be pressed or said. Their order is that of the menus and of /help.
SUBJECTS = (
    buttons,
    seats,
    group_cards,
    questions,
    joining,
    study,
    events,
    event_search,
    reminders,
    calendar_files,
    suggest,
    suggestions,
    supports,
    feedback,
    unsent,
    me,
    fallback,
    unfinished,
    desk,
    inbox,
    notices,
    broadcasts,
    corrections,
    pushes,
    post,
    post_change,
    agenda,
    staff_events,
    doors,
    confirming,
    past,
    papers,
    event_photos,
    rosters,
    roster_people,
    door_desk,
    paper_lists,
    staff_groups,
    log,
    ledger,
    sheets,
    taking_back,
    void,
    sheets_out,
    subscriptions,
    stats,
    figures,
    plans,
    planning,
    plan_sheets,
    closings,
    reopening,
    report,
    comparisons,
    pictures,
    invitations,
    staff,
    communities,
    zones,
)

FORM_MARK = "\x1d"  # what aiogram-dialog puts into the buttons of its forms


def forms() -> tuple[Form, ...]:
    """Every form, and the power that it takes."""
    return (
        Form(suggest.form, SuggestionDraft, power=None, why="anybody may suggest"),
        Form(questions.form, AnswersDraft, power=None, why="anybody who got the card"),
        Form(post.form, EventDraft, power=Power.POST_EVENT),
        Form(event_search.form, SearchDraft, power=None, why="what is on is for everybody"),
        Form(feedback.form, WordDraft, power=None, why="anybody who came"),
        Form(event_photos.form, PhotosDraft, power=Power.POST_EVENT),
        Form(past.form, PastDraft, power=Power.POST_EVENT),
        Form(door_desk.form, DeskDraft, power=Power.POST_EVENT),
        Form(notices.form, NoticeDraft, power=Power.PUSH),
        Form(corrections.form, CorrectionDraft, power=Power.PUSH),
        Form(planning.form, PlanDraft, power=Power.PLAN),
        Form(reopening.form, UndoDraft, power=Power.CLOSE_YEAR),
        Form(pushes.form, PushDraft, power=Power.PUSH),
        Form(log.form, EntryDraft, power=Power.RECORD),
        Form(void.form, VoidDraft, power=Power.RECORD),
        Form(inbox.form, ReplyDraft, power=Power.ANSWER),
        Form(communities.form, None, power=Power.ADD_COMMUNITY),
        Form(zones.form, ZoneDraft, power=Power.ADD_COMMUNITY),
    )


def table() -> Table:
    """Every press and command. Raises ValueError if two handlers answer the same."""
    return read_table(SUBJECTS)


def routers(of: Table) -> tuple[Router, ...]:
    """The way of an update to its handler, made anew for each dispatcher. Every router that an
    update passes costs time, so there are few."""
    return _door(of), _home(of), refusals.mishaps()


def _door(of: Table) -> Router:
    """What needs no knowledge of who speaks: groups, arriving, the buttons that are pressed most.
    A refusal is heard of here, too: it is no mishap."""
    router = Router(name="door")
    early = of.at(known=False)
    groups.listen(router, of.commands, early.presses)
    router.callback_query.register(follow, Pressed(early.presses))
    router.poll.register(polls.voted)
    router.message.register(follow, When(is_private), Said(early.commands))
    refusals.listen(router)
    return router


def _home(of: Table) -> Router:
    """Everything for people who joined. Commands come before forms, so that they always work, and
    one that is unknown is no answer in a form either."""
    router = Router(name="home")
    router.message.outer_middleware(NothingUnseen())
    router.message.outer_middleware(Known(of))
    router.message.outer_middleware(PlainWords())
    router.callback_query.outer_middleware(Known(of))
    filling_in = Router(name="forms")
    filling_in.message.filter(When(lambda message: not is_command(message)), InForm())
    filling_in.callback_query.filter(InForm())
    filling_in.message.register(fallback.outside_a_form, fallback.TooLate())
    filling_in.message.register(sheets.instead_of_typing, sheets.InsteadOfTyping())
    filling_in.include_routers(*forms())
    last = Router(name="last")
    last.message.register(fallback.help_, When(is_command))
    last.message.register(unsent.heard, unsent.OfUnsent())
    last.message.register(sheets.heard, sheets.OfWorkbook())
    last.message.register(people_doors.typed, people_doors.OfCode())
    last.message.register(fallback.outside_a_form)
    router.include_routers(_edits(router), _screens(of), filling_in, last)
    unfinished.listen(router)
    setup_dialogs(router, dialog_manager_factory=FormManagers())
    router.message.middleware(unfinished.Unfinished())
    return router


def _edits(home: Router) -> Router:
    """A message that was edited goes the way of messages, as far as here: it needs to be known who
    speaks, and what they have open."""

    async def as_message(message: Message, **data: Any) -> Any:
        return await home.propagate_event("message", message, **data)

    home.edited_message.register(as_message, When(is_private))
    router = Router(name="edits")
    router.message.filter(IsEdit())
    router.message.register(unsent.heard, unsent.OfUnsent())
    router.message.register(fallback.edited)
    return router


def _screens(of: Table) -> Router:
    """Commands and our own buttons. What belongs to a form is not even offered to them."""
    router = Router(name="screens")
    router.message.filter(When(is_command))
    router.callback_query.filter(When(lambda press: FORM_MARK not in (press.data or "")))
    at_home = of.at(known=True)
    router.message.register(follow, Said(at_home.commands))
    router.callback_query.register(follow, Pressed(at_home.presses))
    router.callback_query.register(fallback.old_button)
    return router
