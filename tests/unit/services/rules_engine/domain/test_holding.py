"""One level through time: so many observations in a row, the days and hours of a rule, what is unknown."""

import pytest

from services.rules_engine.domain.alert import Resolution
from services.rules_engine.domain.playing import play
from tests.unit.services.rules_engine.domain.conftest import START
from tests.unit.services.rules_engine.domain.plays import BAD, book, changes, levels, quarters


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([3, 3, 3], [("fired", 30)], id="the third of three"),
        pytest.param([3, 3], [], id="two are not three"),
        pytest.param([3, 3, 1, 3, 3], [], id="one that is not begins again"),
        pytest.param([3, 3, 1, 3, 3, 3], [("fired", 75)], id="and three are needed again"),
        pytest.param([3, 3, BAD, 3], [], id="one that is distrusted begins again"),
        pytest.param([3, 3, None, 3], [("fired", 45)], id="one that is missing takes nothing back"),
        pytest.param([3, 3, *[None] * 10, 3], [("fired", 180)], id="nor do many, when what was known is stale"),
        pytest.param([3, *[None] * 5, 3, *[None] * 5, 3], [("fired", 180)], id="far apart"),
        pytest.param([3, 3, None, None, None, 1, 3, 3], [], id="a gap and one that is not"),
        pytest.param([3, 3, 3, 3, 3, 3], [("fired", 30)], id="once"),
    ],
)
def test_three_observations_in_a_row(values, expected):
    assert changes(book({"for_": "3 times"}), quarters(*values), until=600) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([3, 1, 1], [("fired", 0), ("resolved", 30)], id="the second of two"),
        pytest.param([3, 1, 3, 1], [("fired", 0)], id="one that still holds begins again"),
        pytest.param([3, 1, BAD, 1], [("fired", 0)], id="one that is distrusted begins again"),
        pytest.param([3, 1, None, 1], [("fired", 0), ("resolved", 45)], id="one that is missing takes nothing back"),
        pytest.param([3, 1, *[None] * 10, 1], [("fired", 0), ("resolved", 180)], id="nor do many"),
        pytest.param([3, 1], [("fired", 0)], id="silence ends nothing"),
        pytest.param([3, 1, 1, 3, 1, 1], [("fired", 0), ("resolved", 30), ("fired", 45), ("resolved", 75)], id="anew"),
    ],
)
def test_two_observations_in_a_row_end_it(values, expected):
    assert changes(book({"until_for": "2 times"}), quarters(*values), until=600) == expected


@pytest.mark.parametrize("until_for", ["2 times", "15 min"])
def test_what_ends_it_may_be_another_condition(until_for):
    made = book({"until": "{below: [level, 1.5 m]}", "until_for": until_for})
    assert changes(made, quarters(3, 1.8, 1.2, 1.8, 1.2, 1.2)) == [("fired", 0), ("resolved", 75)]


def test_two_properties_of_one_instant_are_one_observation():
    made = book({"when": "{and: [{above: [level, 2 m]}, {above: [flow, 100]}]}", "for_": "2 times"})
    seen = [*quarters(3, 3, 3), *quarters(200, 200, 200, name="flow")]
    assert changes(made, seen) == [("fired", 15)]


def test_an_observation_that_comes_again_is_none_more():
    """The network delivers it twice, at once or later; it is the same observation."""
    for delay in (0, 2):
        seen = [*quarters(3, 3), *levels({15: 3}, delay=delay)]
        assert changes(book({"for_": "3 times"}), seen, until=20) == []


NIGHT = {"active": "{time_between: ['02:00', '04:00']}"}


class TestDaysAndHours:
    """``active``: a rule is in force from 02:00 to 04:00 local, which is minute 60 to 180 of the start in UTC."""

    @pytest.mark.parametrize(
        ("lines", "values", "expected"),
        [
            pytest.param({}, [3] * 20, [("fired", 60), ("resolved", 180)], id="it begins and ends by the clock"),
            pytest.param({}, [3, *[None] * 20], [], id="a value that is stale by then doesn't begin it"),
            pytest.param({}, [1, 1, 1, 3, *[None] * 20], [("fired", 60), ("resolved", 180)], id="one that isn't does"),
            pytest.param({"for_": "30 min"}, [3] * 20, [("fired", 90), ("resolved", 180)], id="a hold begins with it"),
            pytest.param({"for_": "3 h"}, [3] * 20, [], id="and is broken off with it"),
            pytest.param({"for_": "3 times"}, [3] * 20, [("fired", 90), ("resolved", 180)], id="so does a count"),
            pytest.param(
                {"for_": "3 times"}, [*[1] * 10, 3, 3, *[None] * 88, 3, 3, 3],
                [("fired", 1530)], id="a count does not go on next night",
            ),
            pytest.param(
                {"until_for": "30 min"}, [3] * 8 + [1] * 20,
                [("fired", 60), ("resolved", 150)], id="it ends within",
            ),
            pytest.param(
                {"until_for": "3 h"}, [3] * 8 + [1] * 20, [("fired", 60), ("resolved", 180)], id="or with the night",
            ),
            pytest.param({"when_unknown": "alert"}, [1] * 2, [("fired", 60.0), ("resolved", 180)], id="silence within"),
        ],
    )  # fmt: skip
    def test_a_rule_is_in_force_in_its_hours(self, lines, values, expected):
        found = changes(book({**NIGHT, **lines}), quarters(*values), until=1700)
        assert [(kind, round(minute)) for kind, minute in found][: len(expected)] == expected

    def test_it_ends_for_that_reason(self):
        events = play(book(NIGHT), quarters(*[3] * 20), START.replace(hour=6))
        assert [event.transition.resolution for event in events] == [None, Resolution.OUTSIDE_ACTIVE]

    @pytest.mark.parametrize(
        ("active", "hours"),
        [
            pytest.param("{weekday: [tue]}", [23, 47], id="a day of the week: the 11th of January is a Tuesday"),
            pytest.param('{date_between: ["01-11", "01-12"]}', [23, 71], id="a season, both days included"),
            pytest.param('{weekday: [tue], time_between: ["06:00", "08:00"]}', [29, 31], id="hours of a day"),
            pytest.param("{holiday: FR}", [], id="no public holiday"),
        ],
    )
    def test_days_begin_and_end_at_local_midnight(self, active, hours):
        found = changes(book({"active": active}), quarters(*[3] * 4 * 80))
        assert [minute for _, minute in found] == [60 * hour for hour in hours]


@pytest.mark.parametrize(
    ("lines", "values", "expected"),
    [
        pytest.param(
            {"when_unknown": "resolve", "until_for": "1 h"}, [3, BAD], [("fired", 0), ("resolved", 15)], id="at once",
        ),
        pytest.param({"when_unknown": "resolve", "for_": "2 times"}, [3, BAD, 3], [], id="a count begins again"),
        pytest.param({"when_unknown": "alert", "for_": "2 times"}, [3, BAD], [("fired", 15)], id="unknown counts"),
        pytest.param(
            {"when_unknown": "alert", "for_": "20 min"}, [BAD, BAD, 1], [("fired", 20), ("resolved", 30)],
            id="and lasts",
        ),
        pytest.param(
            {"when_unknown": "alert", "until_for": "2 times"}, [3, 1, BAD, 1], [("fired", 0)], id="it does not end it",
        ),
        pytest.param(
            {"when_unknown": "hold", "for_": "20 min"}, [3, BAD, 3, 3, 3], [("fired", 50)], id="a hold begins again",
        ),
        pytest.param(
            {"when_unknown": "resolve", "once_per": "day"}, [3, BAD, 3], [("fired", 0), ("resolved", 15)],
            id="once a day, though it ended of nothing known",
        ),
    ],
)  # fmt: skip
def test_what_is_unknown_with_each_of_the_holds(lines, values, expected):
    assert changes(book(lines), quarters(*values), until=50) == expected


@pytest.mark.parametrize(
    ("since", "spoke", "expected"),
    [
        pytest.param(0, {}, [("fired", 60)], id="never: it is silent since the rule watches"),
        pytest.param(30, {}, [("fired", 90)], id="a rule that watches later"),
        pytest.param(0, {30: 1}, [("fired", 90)], id="once"),
        pytest.param(0, {30: BAD}, [("fired", 90)], id="a distrusted observation is one"),
        pytest.param(0, {30: 1, 80: 1}, [("fired", 140)], id="twice"),
        pytest.param(0, {75: 1}, [("fired", 60), ("resolved", 75), ("fired", 135)], id="too late"),
    ],
)
def test_a_point_is_silent_when_nothing_is_heard_for_so_long(since, spoke, expected):
    made = book({"when": "{absent_for: [level, 1 h]}"})
    assert changes(made, levels(spoke), until=150, since=since) == expected


@pytest.mark.parametrize("hold", [{"for_": "30 min"}, {"for_": "30 min", "when_unknown": "alert"}])
def test_a_silence_may_have_to_last_longer(hold):
    made = book({"when": "{absent_for: [level, 1 h]}", **hold})
    assert changes(made, levels({0: 1, 85: 1}), until=300) == [("fired", 175)]
