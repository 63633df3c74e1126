"""Rules that decide for whole periods: when a period is over, what of it is seen, and that none is passed over."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from services.rules_engine.domain.advancing import RENEW_EVERY
from services.rules_engine.domain.playing import Play
from tests.unit.services.rules_engine.domain.plays import BAD, MINUTE, book, changes, levels, minute_of

QUARTER = {"when": "{above: [{max_over: [level, 15 min, 0 %]}, 2 m]}", "every": "15 min"}
SUM = {"when": "{above: [{sum_over: [passages, 1 d]}, 10]}", "every": "1 d"}


def decided(made, seen, until=None, start=None):
    """The ends of the periods that were decided, with the minute at which they were."""
    start = start or seen[0].sample.time
    play, found = Play(made), []
    (rule,) = made.rules
    for moment in sorted({each.moment for each in seen} | {start + minute * MINUTE for minute in range(until or 0)}):
        list(play.run([each for each in seen if each.moment == moment], moment))
        end = play.state(rule, "pont-neuf").decided_for
        if end is not None and (not found or found[-1][0] != minute_of(end, start)):
            found.append((minute_of(end, start), minute_of(moment, start)))
    return found


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({5: 3, 20: 1}, [("fired", 15)], id="what was observed in it"),
        pytest.param({15: 3, 20: 1, 31: 1}, [("fired", 15), ("resolved", 30)], id="its end belongs to it"),
        pytest.param({0: 3, 14: 1, 20: 1}, [("fired", 0), ("resolved", 15)], id="its beginning doesn't"),
        pytest.param({14: 1, 20: 3, 29: 3}, [], id="what comes after it decides nothing yet"),
        pytest.param({5: BAD, 20: 1}, [], id="nothing good is unknown"),
    ],
)
def test_a_period_is_decided_on_what_lies_in_it(values, expected):
    assert changes(book(QUARTER), levels(values)) == expected


@pytest.mark.parametrize(
    ("values", "until", "expected"),
    [
        pytest.param({5: 1, 15: 1, 22: 1, 31: 1}, None, [(0, 5), (15, 15), (30, 31)], id="an observation shows it"),
        pytest.param({5: 1}, 90, [(0, 5), (15, 60), (30, 75)], id="when nothing comes it is overdue after 45 minutes"),
        pytest.param({5: 1, 40: 1}, 60, [(0, 5), (30, 40)], id="several at once, in their order"),
        pytest.param({5: 1, 40: 1, 58: 1}, None, [(0, 5), (30, 40), (45, 58)], id="and on as before"),
    ],
)
def test_when_a_period_is_decided(values, until, expected):
    found = decided(book(QUARTER), levels(values), until, start=levels({0: 1})[0].sample.time)
    assert [each for each in found if each in expected] == expected
    assert all(earlier[0] < later[0] for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({5: 3, 20: 3, 35: 1}, [("fired", 30), ("resolved", 45)], id="two in a row"),
        pytest.param({5: 3, 35: 3, 50: 1}, [], id="two with one between of which nothing is known"),
        pytest.param({5: 3, 20: 1, 35: 3, 50: 1}, [], id="two with one between that is not"),
        pytest.param({5: 3, 20: 1, 35: 3, 50: 3, 61: 3}, [("fired", 60)], id="two after that"),
        pytest.param({5: 3, 20: 3}, [("fired", 30)], id="the second one is overdue"),
        pytest.param({5: 3, 20: BAD, 35: 3, 50: 1}, [], id="one between that is distrusted"),
    ],
)
def test_two_periods_in_a_row(values, expected):
    assert changes(book({**QUARTER, "for_": "2 times"}), levels(values), until=120) == expected


def test_two_periods_in_a_row_end_it_too():
    made = book({**QUARTER, "until_for": "2 times"})
    assert changes(made, levels({5: 3, 20: 1, 35: 3, 50: 1, 65: 1, 80: 1})) == [("fired", 15), ("resolved", 75)]


@pytest.mark.parametrize(
    ("for_", "values", "expected"),
    [
        pytest.param("15 min", {5: 3, 20: 3, 35: 1}, [("fired", 30)], id="a span is counted from period to period"),
        pytest.param("15 min", {5: 3, 20: 1, 35: 1}, [], id="and not by the clock"),
        pytest.param("20 min", {5: 3, 20: 3, 35: 3, 50: 1}, [("fired", 35)], id="it ends when it is over"),
    ],
)
def test_a_hold_of_periods(for_, values, expected):
    assert changes(book({**QUARTER, "for_": for_}), levels(values)) == expected


def test_a_period_that_is_overdue_and_unknown_does_what_the_rule_says():
    plain = {"when": "{above: [{avg_over: [level, 15 min]}, 2 m]}", "every": "15 min"}
    alert = book({**plain, "when_unknown": "alert"})
    assert changes(alert, levels({5: 1, 15: 1}), until=100) == [("fired", 30)]
    assert changes(alert, [], until=100, since=5) == [("fired", 15)]
    seen = levels({5: 3, 15: 3})
    assert changes(book({**plain, "when_unknown": "resolve"}), seen, until=100) == [("fired", 15), ("resolved", 30)]
    assert changes(book(plain), seen, until=100) == [("fired", 15)]


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        pytest.param({12: (3, 14)}, [("fired", 15)], id="in time: it is in its period"),
        pytest.param({12: (3, 25)}, [], id="after its period was decided: it is history"),
        pytest.param({20: (3, 25)}, [("fired", 30)], id="behind a newer one, in a period that goes on"),
    ],
)
def test_what_comes_late(late, expected):
    """An observation each ten minutes; the late ones come as (value, minute of arrival)."""
    seen = levels({5: 1, 18: 1, 24: 1, 31: 1, 46: 1, 61: 1})
    for minute, (value, arrives) in late.items():
        seen += levels({minute: value}, delay=arrives - minute)
    assert changes(book(QUARTER), seen)[:1] == expected


def test_a_gateway_that_returns_has_each_of_its_periods_decided_in_their_order():
    """Nothing arrives for 50 minutes; then all of it comes at once, none of it too late to decide."""
    values = {5: 1, 20: 3, 35: 1, 50: 3, 55: 1}
    seen = [each for minute, value in values.items() for each in levels({minute: value}, delay=56 - minute)]
    assert changes(book(QUARTER), seen, until=57) == [("fired", 30), ("resolved", 45)]


def test_lights_are_renewed_within_a_period():
    light = "[{light: {group: lampes, level: 100 %, at_most: 4 h, reason: crue}}]"
    made = book({"when": QUARTER["when"], "every": "1 h", "then": light})
    events = list(Play(made).run(levels({50: 3, 61: 1}), levels({95: 1})[0].moment))
    told = [(event.transition.kind.value, minute_of(event.transition.decided_at)) for event in events]
    step = RENEW_EVERY // MINUTE
    assert told == [("fired", 61), *(("renewed", minute) for minute in range(61 + step, 96, step))]


@pytest.mark.parametrize(
    ("day", "quarters"),
    [("2026-06-10", 96), ("2026-03-29", 92), ("2026-10-25", 100)],
    ids=["24 hours", "23 hours", "25 hours"],
)
def test_a_day_is_the_civil_day_whatever_its_length(day, quarters):
    """One passage in each quarter of an hour; the day before had none, nor has the next."""
    offset = 1 if day < "2026-03-30" else 2
    begin = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=offset)
    counts = [0] * 96 + [1] * quarters + [0] * 100
    start = begin - timedelta(days=1)
    seen = levels([(15 * index, value) for index, value in enumerate(counts, 1)], name="passages", start=start)
    made = book({"when": f"{{equals: [{{sum_over: [passages, 1 d, 100 %]}}, {quarters}]}}", "every": "1 d"})
    midnight = (24 * 60) + quarters * 15
    assert changes(made, seen, start=start) == [("fired", midnight), ("resolved", midnight + 24 * 60)]


@pytest.mark.parametrize(("day", "ends"), [("2026-03-29", [5, 11, 17, 23]), ("2026-10-25", [7, 13, 19, 25])])
def test_quarters_of_a_day_end_at_six_and_twelve_by_the_clocks(day, ends):
    begin = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=1 if day < "2026-03-30" else 2)
    made = book({"when": QUARTER["when"], "every": "6 h"})
    found = decided(made, levels(dict.fromkeys(range(15, 26 * 60, 15), 1), start=begin), start=begin)
    assert [minute / 60 for minute, _ in found if minute] == ends


@pytest.mark.parametrize(
    ("begin", "expected"),
    [
        pytest.param("2026-03-28T21:00:00+00:00", 7, id="the night of seven hours"),
        pytest.param("2026-10-24T20:00:00+00:00", 9, id="the night of nine hours"),
        pytest.param("2026-06-10T20:00:00+00:00", 8, id="any other"),
    ],
)
def test_hours_of_the_night_are_asked_for_the_last_instant_of_a_period(begin, expected):
    """Every hour from 22:00 to 06:00 holds, and no other."""
    start = datetime.fromisoformat(begin) - timedelta(hours=3)
    made = book({"when": "{time_between: ['22:00', '06:00']}", "every": "1 h"})
    seen = levels(dict.fromkeys(range(0, 20 * 60, 15), 1), start=start)
    (fired, first), (resolved, last) = changes(made, seen, start=start)
    assert (fired, resolved) == ("fired", "resolved")
    assert (first, last - first) == (4 * 60, expected * 60)


def test_once_a_day_it_is_told_and_a_new_day_is_a_new_day():
    made = book({**QUARTER, "once_per": "day"})
    seen = levels({5: 3, 20: 1, 35: 3, 50: 1, 23 * 60 + 5: 3, 23 * 60 + 20: 1, 1415: 1})
    assert changes(made, seen) == [("fired", 15), ("resolved", 30), ("fired", 23 * 60 + 15), ("resolved", 23 * 60 + 30)]


def test_a_period_of_yesterday_is_not_told_today():
    """Periods end at minutes 300, 660, 1020 and 1380; the last of them with the day. Of that day one was told."""
    made = book({"when": QUARTER["when"], "every": "6 h", "once_per": "day"})
    day = {290: 3, 310: 1, 650: 1, 670: 1, 1010: 3, 1030: 1}
    assert changes(made, levels({**day, 1370: 1, 1390: 1})) == [("fired", 300), ("resolved", 660)]
    on = levels({**day, 1370: 3, 1390: 1})
    assert changes(made, on) == [("fired", 300), ("resolved", 660), ("fired", 1020)]
    assert [minute_of(event.transition.decided_at) for event in Play(made).run(on, on[-1].moment)][-1] == 1390
