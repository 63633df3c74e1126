"""A rule that gives way to another one waits, without asking every minute whether it may go on."""

from datetime import timedelta

import pytest

from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.playing import Play, Seen
from services.rules_engine.domain.sample import Sample

SILENT = {
    "id": "gemapi.muette",
    "for_each": "{kind: water-level, points: [pont-neuf]}",
    "when": "{absent_for: [level, 30 min]}",
    "unless": "{rule: gemapi.crue, at: anywhere}",
}
FLOOD = {"for_each": "{kind: water-level, points: [portet]}"}


@pytest.fixture
def play_until(loaded, inventory, minutes):
    """Play minute by minute: in Portet is a flood until minute 600, at Pont-Neuf nothing is heard after minute 0.

    Gives what was told as (rule, what, minute), and the minutes at which the silence was to be looked at.
    """

    def _play_until(end):
        play, told, looks = Play(book_of([*loaded(**SILENT).rules, *loaded(**FLOOD).rules], inventory)), [], set()
        for minute in range(end + 1):
            seen = [Seen("pont-neuf", "level", Sample(1.0, minutes(0)))] if minute == 0 else []
            if minute % 15 == 0:
                seen.append(Seen("portet", "level", Sample(3.0 if minute < 600 else 1.0, minutes(minute))))
            told += [(event.rule, event.transition.kind.value, minute) for event in play.run(seen, minutes(minute))]
            looks.add(play.state("gemapi.muette", "pont-neuf").due_at)
        return told, sorted((moment - minutes(0)) / timedelta(minutes=1) for moment in looks if moment is not None)

    return _play_until


def test_it_looks_every_minute_at_first_then_every_hour(play_until):
    _, looks = play_until(599)
    assert looks[:6] == [30, 31, 32, 33, 34, 35]
    assert looks[-1] - looks[-2] == 60
    assert len(looks) < 60


def test_it_speaks_at_once_when_the_other_one_has_ended(play_until):
    told, _ = play_until(720)
    assert [(rule, kind) for rule, kind, _ in told] == [
        ("gemapi.crue", "fired"),
        ("gemapi.crue", "resolved"),
        ("gemapi.muette", "fired"),
    ]
    assert told[1][2] == told[2][2] == 600


def test_it_speaks_at_once_although_it_was_decided_before_the_other_one_ended(loaded, inventory, minutes):
    """Both rules read the level of Pont-Neuf; the one that gives way is decided first, and the flood ends after it."""
    calm = {"id": "gemapi.calme", "when": "{below: [level, 9 m]}", "unless": "gemapi.crue"}
    play = Play(book_of([*loaded(**calm).rules, *loaded().rules], inventory))
    levels = [Seen("pont-neuf", "level", Sample(3.0 if at < 600 else 1.0, minutes(at))) for at in range(0, 601, 15)]
    told = [(event.rule, event.transition.decided_at) for event in play.run(levels, minutes(615))]
    assert told == [("gemapi.crue", minutes(0)), ("gemapi.crue", minutes(600)), ("gemapi.calme", minutes(600))]
