"""Levels of one alert: it worsens, eases, jumps and falls; each level has its own holds, and is told as one alert."""

import pytest

from services.rules_engine.domain.playing import Play
from services.rules_engine.domain.rendering import lighting_requests, notifications
from tests.unit.services.rules_engine.domain.plays import book, changes, minute_of, quarters

TOLD = 'then: [{notify: {team: astreinte, message: "{point} : {level}"}}]'


def ladder(*levels, **lines):
    """A rule with levels, each given by what stands in it."""
    written = ", ".join(f"{{{level}}}" for level in levels)
    return {"when": None, "severity": None, "then": None, "levels": f"[{written}]", **lines}


def at_least(metres, severity, more=TOLD):
    return f"severity: {severity}, when: {{at_least: [level, {metres} m]}}, {more}"


THREE = ladder(at_least(1, "yellow"), at_least(2, "orange"), at_least(3, "red"))


def fired_and(*more):
    return [("fired", 0), *more]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(
            [1, 2, 3, 2, 1, 0],
            fired_and(("worsened", 15), ("worsened", 30), ("eased", 45), ("eased", 60), ("resolved", 75)),
            id="up and down, step by step",
        ),
        pytest.param([3, 0], fired_and(("resolved", 15)), id="up and down at once"),
        pytest.param([1, 3, 1], fired_and(("worsened", 15), ("eased", 30)), id="over a level, and back over it"),
        pytest.param([2, 2, 2], fired_and(), id="it stays"),
        pytest.param(
            [3, 2, 3, 0, 1],
            fired_and(("eased", 15), ("worsened", 30), ("resolved", 45), ("fired", 60)),
            id="back and forth",
        ),
    ],
)
def test_one_alert_goes_from_level_to_level(values, expected):
    assert changes(book(THREE), quarters(*values)) == expected


@pytest.mark.parametrize(
    ("levels", "values", "expected"),
    [
        pytest.param(
            [at_least(1, "yellow"), at_least(2, "red", f"for: 30 min, {TOLD}")],
            [2, 2, 2, 2],
            [("fired", 0), ("worsened", 30)],
            id="the worse one must last",
        ),
        pytest.param(
            [at_least(1, "yellow", f"for: 1 h, {TOLD}"), at_least(2, "red")],
            [2, 1, 1, 1, 1],
            [("fired", 0), ("resolved", 15), ("fired", 60)],
            id="the milder one must, and comes after the worse one",
        ),
        pytest.param(
            [at_least(1, "yellow"), at_least(2, "red", f"until_for: 30 min, {TOLD}")],
            [2, 0, 0, 0],
            [("fired", 0), ("resolved", 45)],
            id="the worse one goes on when the milder one has ended",
        ),
        pytest.param(
            [at_least(1, "yellow", f"until_for: 30 min, {TOLD}"), at_least(2, "red")],
            [2, 0, 2, 0, 0, 0],
            [("fired", 0), ("eased", 15), ("worsened", 30), ("eased", 45), ("resolved", 75)],
            id="the milder one goes on",
        ),
        pytest.param(
            [at_least(1, "yellow"), at_least(2, "red", "until: {below: [level, 0.5 m]}, " + TOLD)],
            [2, 1.5, 0.8, 0.4],
            [("fired", 0), ("resolved", 45)],
            id="its own end",
        ),
        pytest.param(
            [at_least(1, "yellow", f"for: 2 times, {TOLD}"), at_least(2, "red", f"for: 3 times, {TOLD}")],
            [2, 2, 2, 1, 1],
            [("fired", 15), ("worsened", 30), ("eased", 45)],
            id="so many observations each",
        ),
    ],
)
def test_each_level_holds_for_itself(levels, values, expected):
    assert changes(book(ladder(*levels)), quarters(*values)) == expected


@pytest.mark.parametrize(
    ("lines", "values", "expected"),
    [
        pytest.param(
            {"once_per": "day"},
            [2, 3, 0, 3],
            [("fired", 0), ("worsened", 15), ("resolved", 30)],
            id="once a day it begins",
        ),
        pytest.param(
            {"active": "{time_between: ['01:30', '02:00']}"},
            [3] * 8,
            [("fired", 30), ("resolved", 60)],
            id="hours are those of all",
        ),
        pytest.param(
            {"when_unknown": "resolve"},
            [3, "bad", 2],
            [("fired", 0), ("resolved", 15), ("fired", 30)],
            id="unknown ends all",
        ),
        pytest.param({"when_unknown": "hold"}, [3, "bad", 2], [("fired", 0), ("eased", 30)], id="or none"),
        pytest.param({"when_unknown": "alert"}, ["bad", 2], [("fired", 0), ("eased", 15)], id="or begins the worst"),
    ],
)
def test_levels_with_what_is_said_of_the_whole_rule(lines, values, expected):
    assert changes(book({**THREE, **lines}), quarters(*values)) == expected


def _follow(made, values):
    (rule,) = made.rules.values()
    for event in Play(made).run(quarters(*values), quarters(*values)[-1].moment):
        yield event, rule


TWO_TEAMS = ladder(
    "severity: yellow, when: {at_least: [level, 1 m]}, then: [{notify: {team: collecte, message: jaune}}]",
    "severity: red, when: {at_least: [level, 2 m]}, then: [{notify: {team: astreinte, message: rouge}}]",
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([1, 0], [("fired", ["collecte jaune"]), ("resolved", ["collecte jaune"])], id="the mild one"),
        pytest.param(
            [2, 0],
            [("fired", ["collecte jaune", "astreinte rouge"]), ("resolved", ["collecte jaune", "astreinte rouge"])],
            id="both at once",
        ),
        pytest.param(
            [1, 2, 1, 0],
            [
                ("fired", ["collecte jaune"]),
                ("worsened", ["astreinte rouge"]),
                ("eased", ["astreinte Pont-Neuf : revenu au niveau jaune (1,00 m)."]),
                ("resolved", ["collecte jaune"]),
            ],
            id="each hears of its own level",
        ),
    ],
)
def test_who_is_told_of_which_level(values, expected):
    made = book(TWO_TEAMS)
    found = []
    for event, rule in _follow(made, values):
        asked = notifications(rule, event.transition, made.subject(*event.key), event.scene, made)
        found.append((event.transition.kind.value, [f"{each.team} {each.message}" for each in asked]))
    assert found == expected


LIGHTS = ladder(
    at_least(1, "yellow", "then: [{light: {group: lampes, level: 50 %, at_most: 4 h, reason: a}}]"),
    at_least(2, "orange"),
    at_least(3, "red", "then: [{light: {group: lampes, level: 100 %, at_most: 4 h, reason: b}}]"),
)


def test_each_level_holds_its_lights_as_long_as_it_fires_and_renews_them():
    made, found = book(LIGHTS), []
    for event, rule in _follow(made, [1, 3, 2, 0]):
        asked = lighting_requests(rule, event.transition, made.subject(*event.key), made)
        found += [(minute_of(event.transition.decided_at), each.act.value, each.level) for each in asked]
    assert found == [
        (0, "hold", 50), (5, "hold", 50), (10, "hold", 50), (15, "hold", 100),
        (20, "hold", 50), (20, "hold", 100), (25, "hold", 50), (25, "hold", 100),
        (30, "release", 100), (35, "hold", 50), (40, "hold", 50), (45, "release", 50),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        pytest.param([0, 2.5], [("fired", (2.5, 2.0), True)], id="what fired: the worst level that came"),
        pytest.param([1, 3], [("fired", (1.0, 1.0), True), ("worsened", (3.0, 3.0), True)], id="what made it worse"),
        pytest.param([3, 1], [("fired", (3.0, 3.0), True), ("eased", (1.0, 3.0), False)], id="what no longer holds"),
    ],
)
def test_a_change_shows_the_comparison_that_made_it(values, shown):
    found = []
    for event, _ in _follow(book(THREE), values):
        (compared,) = event.transition.trace.compared
        found.append((event.transition.kind.value, compared.values, compared.truth))
    assert found == shown


def test_what_made_it_worse_is_when_though_there_is_another_until():
    levels = [at_least(1, "yellow"), at_least(2, "red", "until: {below: [level, 0.5 m]}, " + TOLD)]
    worse = [event for event, _ in _follow(book(ladder(*levels)), [1, 2])][-1]
    assert [(each.call.written, each.truth) for each in worse.transition.trace.compared] == [("at_least", True)]


def test_a_level_that_fires_alone_is_shown_by_its_own_condition():
    flow = f"severity: red, when: {{at_least: [flow, 100]}}, {TOLD}"
    (event,) = [each for each, _ in _follow_flow(book(ladder(at_least(1, "yellow"), flow)))]
    assert [(each.values, each.truth) for each in event.transition.trace.compared] == [((200.0, 100.0), True)]


def _follow_flow(made):
    (rule,) = made.rules.values()
    seen = [*quarters(0), *quarters(200, name="flow")]
    return [(event, rule) for event in Play(made).run(seen, seen[-1].moment)]
