"""What telemetry must work out is asked for the wanted themes only, and now and then."""

from collections import Counter

import msgspec
import pytest

from services.portal.domain.needs import needs_of
from services.portal.domain.snapshot import Snapshot
from services.portal.use_cases.work_out import EVERY_REPLAYED_S, EVERY_S, worked_out
from tests.portal import metropolis


class Telemetry:
    """Answers indicators and series; ``away``: it does not."""

    def __init__(self):
        self.asked, self.away = [], False

    def __call__(self, questions):
        self.asked += questions
        return [None if self.away else self._answer(question) for question in questions]

    def _answer(self, question):
        told = metropolis.figures() if question.method == "indicators" else metropolis.days()
        by_point = {point: items for theme in told.values() for point, items in theme.by_point.items()}
        if question.method == "series":
            return msgspec.to_builtins(by_point.get(question.arguments["point"], ()))
        return msgspec.to_builtins([item for point in question.arguments["points"] for item in by_point.get(point, ())])

    def counted(self):
        found = Counter(question.method for question in self.asked)
        self.asked.clear()
        return dict(found)


@pytest.fixture
def telemetry():
    return Telemetry()


def take(telemetry, page, at_s, previous=None, **changes):
    taken = metropolis.snapshot(figures={}, days={}, **changes)
    return worked_out(taken, needs_of([page]), telemetry, previous, at_s)


def test_page_of_noise_asks_of_its_own_points_alone(telemetry):
    taken = take(telemetry, "noise", 0)
    asked = {question.arguments.get("point") for question in telemetry.asked} - {None}
    assert asked == {"bruit-quai", "bruit-parc", "bruit-silent"}
    assert telemetry.counted() == {"indicators": 1, "series": 3}
    assert {item.name for item in taken.figures["noise"].of("bruit-quai")} == {"ld", "le", "ln", "lden"}
    assert len(taken.days["noise"].of("bruit-quai")) == 96


@pytest.mark.parametrize(
    ("replayed", "every_s"),
    [pytest.param(True, EVERY_REPLAYED_S, id="replay"), pytest.param(False, EVERY_S, id="live")],
)
def test_what_is_known_is_not_asked_again_before_its_time(telemetry, replayed, every_s):
    first = take(telemetry, "noise", 0, replayed=replayed)
    telemetry.counted()
    again = take(telemetry, "noise", every_s - 0.1, first, replayed=replayed)
    assert telemetry.counted() == {}
    assert again.figures == first.figures
    take(telemetry, "noise", every_s, again, replayed=replayed)
    assert telemetry.counted() == {"indicators": 1, "series": 3}


def test_theme_that_nobody_asked_for_yet_does_not_wait(telemetry):
    first = take(telemetry, "home", 0)
    telemetry.counted()
    second = take(telemetry, "mobility", 0.5, first)
    assert telemetry.counted() == {"series": 2}
    assert second.figures["mobility"] == first.figures["mobility"]


def test_without_an_answer_the_figures_are_unknown_and_asked_sooner(telemetry):
    telemetry.away = True
    first = take(telemetry, "noise", 0, replayed=False)
    assert first.figures["noise"].by_point is None
    assert first.days["noise"].by_point is None
    telemetry.away = False
    second = take(telemetry, "noise", EVERY_REPLAYED_S, first, replayed=False)
    assert second.figures["noise"].by_point


def test_page_without_figures_asks_nothing(telemetry):
    taken = take(telemetry, "incidents", 0)
    assert telemetry.counted() == {}
    assert isinstance(taken, Snapshot)
