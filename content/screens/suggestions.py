"""Suggestions: the receipt, /track, the staff's inbox."""

from collections import Counter
from collections.abc import Iterable

from content.programme import Programme
from content.screen import Button, Rows, Screen, below, in_rows, lasting, press
from content.screens.kit import apart, back, button, excerpt, paged, pager
from content.splitting import clip
from content.texts import Say
from storage.model.desk import Waiting
from storage.model.message import Media
from storage.model.page import Page
from storage.model.person import MembershipRequest, Person, RequestState
from storage.model.suggestion import (
    SUGGESTION_MOVES,
    Glimpse,
    Suggestion,
    SuggestionLine,
    SuggestionState,
)
from storage.model.suggestion_draft import SuggestionDraft

SHOWN = 3000  # UTF-16 units of a long text that a form shows


def draft(say: Say, draft: SuggestionDraft, node: str, programme: Programme) -> dict[str, object]:
    """What the windows of a form tell of the suggestion that is being written."""
    return {
        "category": programme.category_name(draft.category or "", say.language),
        "node": node,
        "text": clip(draft.text, SHOWN),
        "length": len(draft.text),
        "clipped": clip(draft.text, SHOWN) != draft.text,
        "attached": attached(say, draft.media),
        "anonymous": draft.anonymous,
    }


def attached(say: Say, media: Iterable[Media]) -> str:
    """Which files stand with a suggestion: a sign for each kind, and how many; empty for none."""
    counts = Counter(each.kind for each in media)
    return " ".join(say.label(f"hearing.sign_{kind}", count=n) for kind, n in counts.items())


def states(say: Say) -> dict[SuggestionState, str]:
    """The one word for each state, wherever it is told."""
    return {state: say.label(f"state.{state}") for state in SuggestionState}


def receipt(say: Say, suggestion: Suggestion, programme: Programme) -> Screen:
    days = programme.reply_working_days
    return lasting(
        Screen(
            say("suggestion.receipt", suggestion=suggestion, days=days),
            ((button(say, "suggestion.see", "mine", suggestion.id),),),
        )
    )


def tracked(say: Say, page: Page[SuggestionLine | Glimpse]) -> Screen:
    """A page of one's own suggestions and those supported; none says how to make one."""

    def line(each: SuggestionLine | Glimpse) -> Button:
        own = isinstance(each, SuggestionLine)
        label = say.label(
            "suggestion.line" if own else "suggestion.supported_line",
            number=each.number,
            state=say.label(f"state.{each.state}"),
            excerpt=excerpt(each.beginning),
        )
        return Button(label, press("mine" if own else "supported", each.id))

    buttons = page.map(line)
    new = (button(say, "home.suggest", "suggest"),)
    rows = (*in_rows(buttons.items, 1), new, *pager(say, buttons, "track", "home"))
    return Screen(say("suggestion.list", count=len(page.items)), rows)


def supported(say: Say, glimpse: Glimpse, *, unsent: bool = False) -> Screen:
    """A neighbour's suggestion before somebody who supports it, or has just thought again.

    `unsent`: what they were writing themselves waits, and can still be submitted.
    """
    text = say(
        "suggestion.support_card",
        glimpse=glimpse,
        state=say.label(f"state.{glimpse.state}"),
        unsent=unsent,
    )
    rows: Rows = ()
    if unsent:
        rows = ((button(say, "suggestion.submit_own", "submit_own", glimpse.id),),)
    see = below(button(say, "me.track", "track"))
    if not glimpse.is_open:
        return Screen(text, (*rows, (see,)))
    if glimpse.supported:
        change = button(say, "suggestion.withdraw", "withdraw", glimpse.id)
    else:
        change = button(say, "suggestion.support", "support", glimpse.id)
    return Screen(text, (*rows, (change, see)))


def unsent_changed(say: Say, behind: int) -> Screen:
    """An edit changed what waits behind their support of the suggestion `behind`."""
    row = (button(say, "suggestion.submit_own", "submit_own", behind),)
    return Screen(say("suggestion.unsent_changed"), (row,))


def own(say: Say, suggestion: Suggestion, programme: Programme) -> Screen:
    """One's own suggestion and what became of it."""
    card = _card(say, suggestion, programme)
    return Screen(card, back(say, "track"), media=suggestion.media)


def supported_answer(say: Say, glimpse: Glimpse) -> Screen:
    """What supporters are told when staff moved on what they support."""
    text = say(
        "suggestion.supported_answer", glimpse=glimpse, state=say.label(f"state.{glimpse.state}")
    )
    return lasting(Screen(text, ((button(say, "suggestion.see", "supported", glimpse.id),),)))


def answer(say: Say, suggestion: Suggestion) -> Screen:
    """What its author is told when staff moved it on."""
    text = say(
        "suggestion.answer",
        suggestion=suggestion,
        state=say.label(f"state.{suggestion.state}"),
        excerpt=excerpt(suggestion.text, 60),
    )
    return lasting(Screen(text, ((button(say, "suggestion.see", "mine", suggestion.id),),)))


def inbox(say: Say, waiting: Waiting) -> Screen:
    """A page of what waits for staff: people first, then suggestions, the oldest first."""

    def line(each: MembershipRequest | SuggestionLine) -> Button:
        if isinstance(each, MembershipRequest):
            return Button(
                say.label("inbox.request_line", name=apart(say, each.person_name, each.namesake)),
                press("asked", each.id),
            )
        label = say.label(
            "inbox.line",
            number=each.number,
            state=say.label(f"state.{each.state}"),
            supporters=each.supporters,
            excerpt=excerpt(each.beginning),
        )
        return Button(label, press("review", each.id))

    rows = paged(say, waiting.page.map(line), "inbox", "staff")
    return Screen(say("inbox.text", waiting=waiting), rows)


def review(say: Say, suggestion: Suggestion, programme: Programme, home: str = "inbox") -> Screen:
    """One suggestion before staff: the moves that the model allows, each a button."""
    moves = tuple(
        button(say, f"inbox.to_{target}", "decide", suggestion.id, target)
        for target in SuggestionState
        if target in SUGGESTION_MOVES[suggestion.state]
    )
    rows = ((moves,) if moves else ()) + back(say, home)
    return Screen(_card(say, suggestion, programme), rows, media=suggestion.media)


def made(say: Say, suggestion: Suggestion, programme: Programme) -> Screen:
    """What staff are told when a suggestion comes in."""
    category = programme.category_name(suggestion.category, say.language)
    text = say(
        "inbox.made", suggestion=suggestion, category=category, excerpt=excerpt(suggestion.text, 60)
    )
    return lasting(Screen(text, ((button(say, "inbox.open", "review", suggestion.id),),)))


def decided(say: Say, decision: RequestState, who: Person) -> Screen:
    """The receipt of an answered membership request, for staff."""
    accepted = decision is RequestState.ACCEPTED
    key = "membership.admitted" if accepted else "membership.rejected"
    return lasting(
        Screen(
            say(key, name=who.name, unreached=who.unreached),
            ((button(say, "staff.inbox", "inbox"),),),
        )
    )


def closed(say: Say, key: str) -> Screen:
    """Why an answer was not sent, and the way back to the inbox."""
    return lasting(Screen(say(key), ((button(say, "staff.inbox", "inbox"),),)))


def replied(say: Say, suggestion: Suggestion) -> Screen:
    """The receipt of an answer, for staff."""
    state = say.label(f"state.{suggestion.state}")
    return lasting(
        Screen(
            say("inbox.replied", suggestion=suggestion, state=state),
            ((button(say, "staff.inbox", "inbox"),),),
        )
    )


def request(say: Say, request: MembershipRequest) -> Screen:
    """One membership request before staff."""
    decisions = (
        button(say, "inbox.accept", "admit", request.id),
        button(say, "inbox.decline", "reject", request.id),
    )
    return Screen(say("inbox.request", request=request), (decisions, *back(say, "inbox")))


def _card(say: Say, suggestion: Suggestion, programme: Programme) -> str:
    return say(
        "suggestion.card",
        suggestion=suggestion,
        state=states(say)[suggestion.state],
        states=states(say),
        category=programme.category_name(suggestion.category, say.language),
    )
