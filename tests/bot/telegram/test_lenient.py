"""What another version of the Bot API server says is heard all the same."""

from typing import Any

import pytest
from aiogram.types import (
    Chat,
    ChatFullInfo,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    Message,
    Update,
)
from pydantic import ValidationError

from bot.telegram.lenient import read

ANA = {"id": 5, "is_bot": False, "first_name": "ana"}
GROUP = {"id": -7, "type": "supergroup", "title": "东湖"}
BOT = {"id": 42, "is_bot": True, "first_name": "邻里"}


def joined(**new: Any) -> dict[str, Any]:
    """The bot becomes a member of a group, in the words of some server."""
    old = {"user": BOT, "status": "left"}
    change = {"chat": GROUP, "from": ANA, "date": 1_700_000_000, "old_chat_member": old}
    return {"update_id": 1, "my_chat_member": {**change, "new_chat_member": {"user": BOT, **new}}}


def said(**content: Any) -> dict[str, Any]:
    chat = {"id": 5, "type": "private"}
    message = {"message_id": 9, "date": 1_700_000_000, "chat": chat, "from": ANA}
    return {"update_id": 1, "message": message | content}


def update(raw: dict[str, Any]) -> Update:
    found = read(Update, raw, {})
    assert isinstance(found, Update)
    return found


RIGHTS = [name for name in ChatMemberAdministrator.model_fields if name.startswith("can_")]


@pytest.mark.parametrize("missing", [*[[right] for right in RIGHTS], RIGHTS, []])
def test_an_administrator_without_a_right_that_the_server_does_not_know_is_one(
    missing: list[str],
) -> None:
    rights = {right: True for right in RIGHTS if right not in missing}
    raw = joined(status="administrator", is_anonymous=False, can_fly=True, **rights)
    change = update(raw).my_chat_member
    assert change is not None
    member = change.new_chat_member
    assert isinstance(member, ChatMemberAdministrator)
    assert not any(getattr(member, right) for right in missing)
    assert all(getattr(member, right) for right in rights)


@pytest.mark.parametrize("shape", [{"by": "owner"}, "always", [True], None, 7.5])
@pytest.mark.parametrize("right", ["can_be_edited", "is_anonymous", "can_manage_chat"])
def test_a_right_in_another_shape_is_none(right: str, shape: object) -> None:
    rights = dict.fromkeys(RIGHTS, True) | {"is_anonymous": True, right: shape}
    change = update(joined(status="administrator", **rights)).my_chat_member
    assert change is not None
    member = change.new_chat_member
    assert isinstance(member, ChatMemberAdministrator)
    assert getattr(member, right) is False
    assert member.can_delete_messages


def test_a_restricted_member_of_an_older_server_keeps_what_is_said() -> None:
    raw = joined(status="restricted", is_member=True, can_send_messages=True, until_date=0)
    change = update(raw).my_chat_member
    assert change is not None
    member = change.new_chat_member
    assert isinstance(member, ChatMemberRestricted)
    assert (member.is_member, member.can_send_messages, member.can_send_polls) == (
        True,
        True,
        False,
    )


def test_a_group_of_an_older_server_has_its_title() -> None:
    found = read(ChatFullInfo, GROUP, {})
    assert (found.id, found.title, found.type) == (-7, "东湖", "supergroup")


@pytest.mark.parametrize(
    "odd",
    [
        {"photo": [{"file_id": "a"}]},
        {"photo": "a"},
        {"gift": {"new": [1]}, "forward_origin": {"type": "from the moon"}},
        {"reply_to_message": {"text": "?"}},
        {"entities": [{"type": "bold", "offset": "?", "length": 1}]},
        {"via_bot": 5, "sender_chat": []},
        {"something_new": {"of": ["any", "shape"]}},
        {"from": {"id": 5}},
    ],
)
def test_a_message_with_something_that_cannot_be_read_keeps_its_words(odd: dict[str, Any]) -> None:
    message = update(said(text="路灯坏了", **odd)).message
    assert isinstance(message, Message)
    assert (message.text, message.chat.id) == ("路灯坏了", 5)
    assert message.from_user is not None
    assert message.from_user.id == 5


def test_of_a_list_what_can_be_read_stays() -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}
    message = update(said(text="路灯坏了", entities=[{"type": "bold"}, bold, "?"])).message
    assert message is not None
    assert [each.length for each in message.entities or ()][-1] == 2


@pytest.mark.parametrize(
    "broken",
    [
        {"message_id": None},
        {"chat": None},
        {"chat": {"type": "private"}},
        {"from": {"first_name": "ana"}},
        {"date": "yesterday"},
        {"text": 7},
    ],
)
def test_who_where_when_and_what_is_never_made_up(broken: dict[str, Any]) -> None:
    raw = said(text="路灯坏了")
    raw["message"] |= broken
    with pytest.raises(ValidationError):
        read(Update, raw, {})


def test_what_is_as_expected_is_read_as_it_is() -> None:
    assert read(Chat, GROUP, {}) == Chat(id=-7, type="supergroup", title="东湖")
