"""Rules that read several points: one decision for each instant, whatever the order in which the points speak."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.playing import Play
from services.rules_engine.domain.rendering import notifications
from tests.unit.services.rules_engine.domain.conftest import INVENTORY, POINT, START
from tests.unit.services.rules_engine.domain.plays import MINUTE, book, levels, played

NAMES = ("a", "b", "c", "d")
CITY = msgspec.structs.replace(
    INVENTORY,
    points=tuple(
        msgspec.structs.replace(POINT, id=name, title=name.upper(), latitude=43.6 + index / 1000)
        for index, name in enumerate(NAMES)
    ),
)
GROUP = {
    "for_each": None, "across": "{kind: water-level, by: area}",
    "then": '[{notify: {team: astreinte, message: "{point} : {members}, {count}/{total}"}}]',
}  # fmt: skip
TWO = {**GROUP, "when": "{at_least: [{how_many: {above: [level, 2 m]}}, 2]}"}
HIGHEST = {**GROUP, "when": "{above: [{max_of: {value: level}}, 2 m]}"}
ALONE = {
    "when": "{and: [{above: [level, 2 m]}, {equals: [{how_many: {where: {above: [level, 2 m]}, within: 150 m}}, 0]}]}"
}


def city(*rules):
    return book(*rules, inventory=CITY, points="[a, b, c, d]")


def at(minute, **values):
    return [each for name, value in values.items() for each in levels({minute: value}, point=name)]


def told(made, seen, until=None):
    return [(subject, kind, minute) for _, subject, kind, minute in played(made, seen, until)]


def test_a_group_is_decided_when_the_instant_is_over():
    """Between the first and the last observation of an instant there were two that are high; there never were."""
    seen = [*at(0, a=1, b=3, c=1, d=1), *at(15, a=3, b=1, c=1, d=1)]
    assert told(city(TWO), seen) == []
    assert told(city(TWO), [*seen, *at(30, a=3, b=1, c=3, d=1)]) == [("area:berges", "fired", 30)]


def test_three_observations_of_a_group_are_three_instants_not_three_points():
    made = city({**TWO, "for_": "3 times"})
    high = {"a": 3, "b": 3, "c": 3, "d": 3}
    assert told(made, [*at(0, **high), *at(15, **high)]) == []
    assert told(made, [*at(0, **high), *at(15, **high), *at(30, **high)]) == [("area:berges", "fired", 30)]


def test_members_that_speak_at_their_own_times_are_seen_together():
    seen = [*at(0, a=3, c=1, d=1), *at(4, b=3), *at(20, a=1), *at(30, c=3)]
    assert told(city(TWO), seen) == [
        ("area:berges", "fired", 4),
        ("area:berges", "resolved", 20),
        ("area:berges", "fired", 30),
    ]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param("hold", [("fired", 0)], id="hold"),
        pytest.param("resolve", [("fired", 0), ("resolved", 45)], id="resolve, when the first of them is unknown"),
        pytest.param("alert", [("fired", 0)], id="alert"),
    ],
)
def test_members_that_fall_silent(choice, expected):
    found = [
        (kind, round(minute))
        for _, kind, minute in told(city({**TWO, "when_unknown": choice}), at(0, a=3, b=3), until=200)
    ]
    assert found == expected


def test_the_clock_is_enough_for_what_is_silent():
    half = {**GROUP, "when": "{at_least: [{share_of: {absent_for: [level, 30 min]}}, 50 %]}"}
    seen = [*at(0, a=1, b=1, c=1, d=1), *at(20, a=1, b=1), *at(40, a=1, b=1)]
    assert told(city(half), seen) == [("area:berges", "fired", 30)]
    assert told(city(half), [*at(0, a=1), *at(10, b=1)], until=200) == [("area:berges", "fired", 30)]


def test_a_rule_for_each_point_looks_at_its_neighbours():
    seen = [*at(0, a=3, b=1, c=1, d=3), *at(15, a=3, b=3, c=1, d=3)]
    assert sorted(told(city(ALONE), seen)) == [
        ("a", "fired", 0), ("a", "resolved", 15), ("d", "fired", 0),
    ]  # fmt: skip


def test_a_message_names_the_members_and_what_let_named():
    rule = {
        **TWO,
        "let": "{mean: {avg_of: {value: level}}, high: {how_many: {above: [level, 2 m]}}, part: {share_of: "
        "{above: [level, 2 m]}}}",
        "when": "{at_least: [high, 2]}",
        "then": '[{notify: {team: astreinte, message: "{point} : {members} ({count}/{total}), {mean}, {high}, '
        '{part}"}}]',
    }
    made = city(rule)
    (event,) = Play(made).run(at(0, a=3, b=1, c=4), START)
    (request,) = notifications(made.rules[event.rule], event.transition, made.subject(*event.key), event.scene, made)
    assert request.message == "Berges : A, C (2/4), 2,67 m, 2, 50,00 %"


VALUES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 12), st.sampled_from([1, 3])), min_size=1, max_size=25,
    unique_by=lambda each: each[:2],
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_points_and_of_observations_changes_nothing(values, shuffled):
    seen = [each for name, minute, value in values for each in levels({minute: value}, point=name)]
    made = city({**TWO, "id": "deux"}, {**HIGHEST, "id": "haut", "for_": "3 min"}, {**ALONE, "id": "seul"})
    expected = played(made, seen, until=120)
    mixed = list(seen)
    shuffled.shuffle(mixed)
    assert played(made, mixed, until=120) == expected


@settings(max_examples=80, deadline=None)
@given(VALUES, st.permutations(NAMES))
def test_which_name_a_point_has_changes_nothing_of_its_group(values, names):
    """The points change their names, and all the rest stays where it is."""
    renamed = dict(zip(NAMES, names, strict=True))
    before, after = (
        [each for name, minute, value in values for each in levels({minute: value}, point=changed(name))]
        for changed in (str, renamed.__getitem__)
    )
    made = city(TWO)
    assert told(made, before, until=120) == told(made, after, until=120)


def test_however_many_speak_in_an_instant_it_is_one_decision():
    made, seen = city({**TWO, "for_": "2 times"}), at(0, a=3, b=3, c=3, d=3)
    play = Play(made)
    assert list(play.run(seen[::-1], START)) == []
    (hold,) = play.state("gemapi.crue", "area:berges").holds
    assert hold.count == 1
    assert [event.transition.kind.value for event in play.run(at(1, a=3), START + MINUTE)] == ["fired"]
