"""The benchmarks on a small scale: that they count right. No times are checked here."""

import pytest

from tests.benchmarks import checkins, press, reminders, report, roster
from tests.benchmarks.botapi import Round
from tests.benchmarks.outcome import Miscounted, Outcome

PRESSES = 150


def test_every_press_of_every_round_is_counted(tmp_path):
    found = press.measure(tmp_path, PRESSES, rounds=1)
    (only,) = found["rounds"]
    assert only["product"]["answered"] == only["peer"]["answered"] == PRESSES
    assert only["product"]["calls"]["editMessageText"] == PRESSES
    assert "editMessageText" not in only["peer"]["calls"]
    assert found["effects"] == {
        "acknowledgements": PRESSES,
        "sign_ups": PRESSES,
        "taken": PRESSES,
        "updates": 2 * PRESSES,
        "unhandled": 0,
        "set_aside": 0,
    }


def test_a_lost_press_is_noticed():
    lost = {"acknowledgements": 9, "sign_ups": 10, "taken": 10}
    handled = {"updates": 20, "unhandled": 0, "set_aside": 0}
    with pytest.raises(Miscounted):
        press.check_effects(lost | handled, 20)


def test_a_press_waits_from_when_it_was_there_to_its_first_answer():
    order = {"expect": {"answerCallbackQuery": 2}}
    played = Round(7, 2, order, reply=lambda _: None)
    played.serve(7, 9, now=10.0)
    assert not played.call(b"answerCallbackQuery", b'{"callback_query_id":"7"}', now=10.5)
    assert played.call(b"answerCallbackQuery", b"callback_query_id=7", now=12.0)
    found = played.result()
    assert found["answered"] == 1
    assert found["duplicates"] == 1
    assert found["answer_seconds"]["max"] == 0.5
    assert found["per_second"] == 1.0


def test_the_table_keeps_the_lines_of_other_rows(tmp_path):
    document = tmp_path / "benchmarks.md"
    document.write_text("Before\n<!-- table -->\n<!-- end -->\nAfter\n")
    for row, measured in (("worst", "2"), ("press", "1"), ("worst", "3")):
        report.refresh(Outcome(row, "what", "must", measured, True), ["press", "worst"], document)
    before, _, _, _, first, second, _, after = document.read_text().splitlines()
    assert (before, after) == ("Before", "After")
    assert first.startswith("| press | what | must | 1 | yes |")
    assert second.startswith("| worst | what | must | 3 | yes |")


def test_everybody_is_owed_their_reminder():
    (only,) = reminders.measure("SQLite", 3, 4, rounds=1)
    assert only["writes"]


def test_who_scans_is_in_by_the_way_they_came(tmp_path, monkeypatch):
    monkeypatch.setattr(checkins, "_PAUSES", {"a moment": 0.2})
    monkeypatch.setattr(checkins, "_WARM_UP", 3)
    assert checkins.measure(tmp_path, 8)["a moment"]["answered"] == 8
    with pytest.raises(Miscounted):
        checkins.check({"checked_in": 6, "walked_in": 4}, 11)


def test_a_roster_is_asked_page_by_page_and_by_name():
    found = roster.measure("SQLite", 40, 60, 2)
    assert len(found) == 7
