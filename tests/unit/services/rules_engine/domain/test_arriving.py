"""Observations that come late, out of order, or behind a turn of the calendar."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.playing import Play
from tests.unit.services.rules_engine.domain.conftest import START
from tests.unit.services.rules_engine.domain.plays import BAD, MINUTE, book, changes, levels, minute_of, quarters

MEAN = {"when": "{above: [{avg_over: [level, 1 h, 20 %]}, 2 m]}"}
LATE = 61
"""Minutes; an observation may be an hour late to decide."""


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        pytest.param(levels({5: 9}, delay=12), [("fired", 0)], id="behind a newer one it decides nothing"),
        pytest.param(levels({17: 9}, delay=LATE), [("fired", 0)], id="newest but too late it decides nothing either"),
        pytest.param(levels({17: 9}, delay=10), [("fired", 17)], id="newest and in time it decides"),
    ],
)
def test_what_decides(late, expected):
    """Only ``fired`` of a level above 5; the river is at 1 all the time but for the late one."""
    made = book({"when": "{above: [level, 5 m]}"})
    found = changes(made, [*quarters(1, 1), *late], until=90)
    assert found == (expected if expected != [("fired", 0)] else [])


def test_what_a_late_observation_makes_of_a_window_holds_from_when_it_is_here():
    """Not from when it was observed, though whoever had seen it then would have known at 45 minutes."""
    made = book(MEAN)
    on_time = levels({0: 1, 15: 1, 30: 1, 45: 1})
    assert changes(made, on_time, until=60) == []
    late = levels({20: 9}, delay=30)
    assert changes(made, [*on_time, *late], until=59) == [("fired", 50)]
    assert changes(made, [*on_time, *late, *levels({60: 1, 75: 0, 90: 0})], until=90) == [
        ("fired", 50),
        ("resolved", 90),
    ]


def test_a_correction_of_the_newest_value_ends_what_no_longer_holds_but_takes_nothing_back():
    corrected = [*levels({0: 1, 15: 9}), *levels({15: 1}, delay=5)]
    assert changes(book({}), corrected, until=30) == [("fired", 15), ("resolved", 20)]


def test_a_late_observation_takes_nothing_back():
    made = book({"until": "{below: [level, 0 m]}", "when": "{above: [{max_over: [level, 1 h, 0 %]}, 2 m]}"})
    found = changes(made, [*levels({0: 3, 10: 1, 20: 1}), *levels({5: -1}, delay=20)], until=30)
    assert found == [("fired", 0)]


def test_a_late_observation_does_not_end_a_silence_of_now_but_one_in_time_does():
    made = book({"when": "{absent_for: [level, 30 min]}"})
    late = [*levels({0: 1}), *levels({5: 1}, delay=LATE + 10)]
    assert changes(made, late, until=70) == [("fired", 30)]
    in_time = [*levels({0: 1}), *levels({25: 1}, delay=20)]
    assert changes(made, in_time, until=50) == [("fired", 30), ("resolved", 30)]


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2], [1, 0, 3, 2]])
def test_what_arrives_at_once_is_decided_in_the_order_in_which_it_was_observed(order):
    values = [(5, 3), (10, 1), (15, 3), (20, 1)]
    seen = [each for index in order for each in levels([values[index]], delay=25 - values[index][0])]
    assert changes(book({}), seen, until=30) == [("fired", 5), ("resolved", 10), ("fired", 15), ("resolved", 20)]


class TestCalendars:
    """A rule in force from 02:00 local, minute 60, to 04:00, minute 180; readings arrive half a minute late."""

    NIGHT = "{and: [{above: [level, 2 m]}, {time_between: ['02:00', '04:00']}]}"

    @pytest.mark.parametrize("lines", [{"active": "{time_between: ['02:00', '04:00']}"}, {"when": NIGHT}])
    @pytest.mark.parametrize(
        ("minutes", "expected"),
        [
            pytest.param([45, 59.8, 75], [("fired", 60)], id="a reading of before that comes after it ends nothing"),
            pytest.param([59.8], [("fired", 60.3)], id="it is looked at again at once"),
            pytest.param([179.8], [("fired", 179.8), ("resolved", 180.3)], id="in force when it was observed"),
            pytest.param([100, 179.8, 200], [("fired", 100), ("resolved", 180)], id="over when it arrives"),
        ],
    )
    def test_a_calendar_that_turns_before_a_reading_arrives(self, lines, minutes, expected):
        seen = levels(dict.fromkeys(minutes, 3), delay=0.5)
        assert changes(book(lines), seen, until=int(minutes[-1]) + 2) == expected


class TestClocksThatGoBefore:
    """A sensor's clock may go five minutes before ours: nothing is told of a time that has not come."""

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            pytest.param({}, [(7, 7), (12, 12)], id="at once"),
            pytest.param({"for_": "3 min"}, [(10, 10), (12, 12)], id="a hold begins when it is heard"),
            pytest.param(
                {"when": "{above: [level, 2 m]}", "every": "10 min"}, [], id="a period is not over before it is"
            ),
        ],
    )
    def test_what_was_observed_in_our_future_is_of_now(self, lines, expected):
        """Heard at minute 7, told to be of minute 11; then low, heard at minute 12 and told to be of 16."""
        made = book({"when": "{above: [level, 2 m]}", **lines})
        events = Play(made).run([*levels({11: 3}, delay=-4), *levels({16: 1}, delay=-4)], START + 13 * MINUTE)
        told = [(minute_of(event.transition.at), minute_of(event.transition.decided_at)) for event in events]
        assert told == expected


DELAYS = st.lists(st.tuples(st.integers(1, 20), st.sampled_from([1, 3]), st.integers(-5, 30)), min_size=1, max_size=15)


@settings(max_examples=100, deadline=None)
@given(DELAYS, st.sampled_from(["{above: [level, 2 m]}", TestCalendars.NIGHT, MEAN["when"]]))
def test_what_is_told_never_goes_back_in_time_however_readings_arrive(readings, when):
    minute, seen = 0, []
    for gap, value, delay in readings:
        minute += gap
        seen += levels({minute: value}, delay=delay)
    events = list(Play(book({"when": when, "for_": "5 min"})).run(seen, START + (minute + 60) * MINUTE))
    told = [event.transition for event in events]
    assert all(each.since <= each.at <= each.decided_at for each in told)
    assert [each.kind.value for each in told] == ["fired", "resolved"] * (len(told) // 2) + ["fired"] * (len(told) % 2)
    assert sorted(minute_of(each.at) for each in told) == [minute_of(each.at) for each in told]


HELD = {"when": "{above: [level, 2 m]}", "for": "30 min", "until_for": "30 min"}


def test_what_comes_behind_a_newer_value_breaks_a_hold_that_is_not_over():
    """High at 0, 15, 30 and 45 minutes, as it seemed; but low at 10, which is known at 20."""
    high = quarters(3, 3, 3, 3)
    assert changes(book(HELD), high, until=60) == [("fired", 30)]
    assert changes(book(HELD), [*high, *levels({10: 1}, delay=10)], until=60) == [("fired", 45)]


def test_a_doubtful_value_that_comes_behind_breaks_it_too_and_a_high_one_does_not():
    high = quarters(3, 3, 3, 3)
    assert changes(book(HELD), [*high, *levels({10: BAD}, delay=10)], until=60) == [("fired", 45)]
    assert changes(book(HELD), [*high, *levels({10: 4}, delay=10)], until=60) == [("fired", 30)]


def test_what_was_told_is_not_taken_back_though_its_hold_was_broken():
    assert changes(book(HELD), [*quarters(3, 3, 3, 3), *levels({10: 1}, delay=25)], until=60) == [("fired", 30)]


def test_an_alert_that_seemed_to_end_goes_on_if_it_held_in_between():
    low = quarters(3, 3, 3, 1, 1, 1, 1, 1)
    assert changes(book(HELD), low, until=120) == [("fired", 30), ("resolved", 75)]
    assert changes(book(HELD), [*low, *levels({50: 3}, delay=12)], until=120) == [("fired", 30), ("resolved", 90)]


def test_so_many_in_a_row_are_counted_anew_behind_what_breaks_the_row():
    thrice = {"when": "{above: [level, 2 m]}", "for": "3 times"}
    high = quarters(3, 3, 3, 3)
    assert changes(book(thrice), high, until=60) == [("fired", 30)]
    assert changes(book(thrice), [*high, *levels({10: 1}, delay=10)], until=60) == [("fired", 45)]


@given(
    st.lists(st.tuples(st.integers(1, 20), st.sampled_from([1, 3, 3, 3, BAD]), st.integers(0, 59)), max_size=14),
)
def test_no_alert_begins_over_a_hold_that_something_that_is_here_contradicts(observed):
    minute, seen = 0, []
    for gap, value, delay in observed:
        minute += gap
        seen += levels({minute: value}, delay=delay)
    play = Play(book(HELD))
    for event in play.run(seen, START + 300 * MINUTE):
        if event.transition.kind == "fired":
            here = (each for each in seen if each.moment < event.transition.decided_at)
            inside = [each for each in here if timedelta() <= event.transition.at - each.sample.time <= 30 * MINUTE]
            assert all(each.sample.value > 2 for each in inside), [str(each.sample) for each in inside]
