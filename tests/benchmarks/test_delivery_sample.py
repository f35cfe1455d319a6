"""The delivery benchmarks on a small scale: that the server enforces what it says, and that what
it counts is right. No speeds are checked here."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.benchmarks import broadcasting, share
from tests.benchmarks.limited import Answers, Limit, Run
from tests.benchmarks.processes import LimitedServer, limited_server


def accepted(limit: Limit, *times: float) -> list[bool]:
    return [limit.wait(at) == 0 for at in times]


def test_of_any_second_no_more_than_the_limit_is_accepted():
    limit = Limit([(0, 2)], penalty=0)
    assert accepted(limit, 0.0, 0.5, 0.9) == [True, True, False]
    assert accepted(limit, 1.0, 1.4, 1.5) == [True, False, True]


def test_a_refusal_shuts_the_door_for_the_penalty_and_says_for_how_long():
    limit = Limit([(0, 1)], penalty=3)
    assert [limit.wait(at) for at in (0.0, 0.5, 1.4, 3.4, 3.5)] == [0, 3, 3, 1, 0]


def test_without_a_penalty_telegram_still_asks_for_a_second():
    limit = Limit([(0, 1)], penalty=0)
    assert [limit.wait(at) for at in (0.0, 0.5, 1.0)] == [0, 1, 0]


def test_the_limit_moves_during_the_run_and_what_it_allowed_is_summed_up():
    limit = Limit([(60, 30), (60, 18), (0, 30)], penalty=0)
    assert [limit.rate(at) for at in (0, 59.9, 60, 119.9, 120, 500)] == [30, 30, 18, 18, 30, 30]
    assert limit.allowed(30) == 900
    assert limit.allowed(90) == 60 * 30 + 30 * 18
    assert limit.allowed(180) == 60 * (30 + 18 + 30)


def test_the_same_message_to_the_same_chat_is_counted_as_twice():
    run = Run({"limits": [[0, None]], "penalty": 0, "latency": 0})
    for chat, text in ((1, b"a"), (2, b"a"), (1, b"b"), (1, b"a")):
        assert run.send(text, chat, now=100.0 + chat) == 0
    found = run.result()
    assert (found["accepted"], found["messages"], found["chats"], found["twice"]) == (4, 3, 2, 1)


def test_a_question_waits_for_the_next_message_to_its_chat_and_pushes_are_no_answers():
    order = {"expect": {"sendMessage": 1}, "updates": [(7, "/help", None)]}
    played = Answers(0, 1, order, reply=lambda _: None)
    played.serve(0, 1, now=10.0)
    assert not played.call(b"sendMessage", b'{"chat_id":8}', now=10.1)
    assert played.call(b"sendMessage", b"chat_id=7&text=help", now=10.5)
    assert played.result()["answer_seconds"]["max"] == 0.5


@pytest.fixture
def server(tmp_path: Path):
    with limited_server(tmp_path) as one:
        yield one


async def _statuses(server: LimitedServer, bodies: list[dict[str, str]]) -> list[int]:
    """Send every body at once, half as JSON and half as web forms; returns the statuses."""
    url = f"{server.address}/bot1:x/sendMessage"

    async def send(i: int, body: dict[str, str]) -> int:
        form: dict[str, Any] = {"json": body} if i % 2 else {"data": body}
        async with session.post(url, **form) as response:
            answer = await response.json()
            assert answer["ok"] is (response.status == 200)
            if not answer["ok"]:
                assert answer["parameters"]["retry_after"] == 1
            return response.status

    async with aiohttp.ClientSession() as session:
        return await asyncio.gather(*(send(i, body) for i, body in enumerate(bodies)))


async def test_of_31_messages_in_a_second_one_is_answered_with_429(server):
    server.begin(30)
    bodies = [{"chat_id": str(1000 + i), "text": "你好"} for i in range(31)]
    assert sorted(await _statuses(server, bodies)) == [200] * 30 + [429]
    found = server.result()
    assert (found["accepted"], found["refused"], found["twice"]) == (30, 1, 0)
    assert len(server.ledger()) == 30


async def test_a_message_is_recognised_in_json_and_in_a_form_by_its_chat(server):
    server.begin(None, latency=0)
    await _statuses(server, [{"chat_id": "-100777", "text": "a"}] * 4)
    ((chat, messages),) = server.ledger().items()
    assert chat == -100777
    assert sorted(count for _, count in messages) == [2, 2]  # two as a form, two as JSON


def test_what_a_peer_sends_is_counted(tmp_path):
    (gather,) = (peer for peer in broadcasting.PEERS if peer.module == "gather")
    found = broadcasting.measure(tmp_path, gather, [(0, 20)], penalty=0, seconds=1)
    assert found["accepted"] == found["messages"] == found["chats"]
    assert found["accepted"] == sum(found["accepted_in"]) >= 20
    assert max(found["accepted_in"]) == 20
    assert found["refused"] == sum(found["refused_in"]) >= 40  # 80 at once, 20 accepted
    assert (found["lost"], found["twice"]) == (0, 0)


def test_a_peer_that_is_not_installed_is_skipped_with_the_reason():
    peer = broadcasting.Peer("limiter", "a label", needs="not_installed_anywhere")
    assert "not_installed_anywhere" in (peer.missing or "")
    assert "[bench]" in (peer.missing or "")


def test_a_push_of_the_product_is_counted_and_compared_with_its_database(tmp_path):
    found = share.push(tmp_path, limit=30, penalty=0, seconds=1)
    assert (found["messages"], found["lost"], found["twice"]) == (30, 0, 0)
    assert found["recorded"]
    assert found["database"] == {"states": {"sent": 30}, "counted": {"sent": 30}, "unsure": 0}
