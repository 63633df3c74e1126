"""A rule that decides for periods tells what was to be seen when the period ended, not what came after."""

from datetime import timedelta

import pytest

from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.playing import Play, Seen
from services.rules_engine.domain.rendering import notifications
from services.rules_engine.domain.sample import Sample

HOURLY = {
    "every": "1 h",
    "let": "{mean: {avg_over: [level, 1 h]}}",
    "when": "{above: [mean, 2 m]}",
    "then": '[{notify: {team: astreinte, message: "{mean} {level}"}}]',
}


@pytest.fixture
def messages(loaded, inventory, minutes):
    """What is told of levels, of which each comes so many minutes after it was observed."""

    def _messages(delay, levels):
        book = book_of(loaded(**HOURLY).rules, inventory)
        late = timedelta(minutes=delay)
        seen = [
            Seen("pont-neuf", "level", Sample(level, minutes(at)), minutes(at) + late) for at, level in levels.items()
        ]
        return [
            request.message
            for event in Play(book).run(seen, minutes(max(levels)) + late)
            for request in notifications(
                book.rules[event.rule], event.transition, book.subject(*event.key), event.scene, book
            )
        ]

    return _messages


@pytest.mark.parametrize("delay", [0, 7], ids=["at once", "late"])
def test_a_message_tells_the_mean_of_the_period_that_decided(messages, delay):
    levels = {10: 2.0, 25: 2.0, 40: 3.0, 55: 3.0, 70: 9.0}
    assert messages(delay, levels) == ["2,50 m 3,00 m"]
