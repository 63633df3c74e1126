"""A rule that gives way: it waits a minute for the other to speak, is held back while that fires, and comes then."""

import msgspec
import pytest

from services.rules_engine.domain.alert import Declared
from services.rules_engine.domain.playing import Play
from shared.model.registry import Site
from tests.unit.services.rules_engine.domain.conftest import INVENTORY, POINT, START
from tests.unit.services.rules_engine.domain.plays import MINUTE, book, levels, minute_of, played, quarters

HIGH = {"id": "haut", "when": "{above: [level, 2 m]}"}
FLOOD = {"id": "crue", "when": "{above: [flow, 100]}"}
GROUP = {
    "id": "reseau", "for_each": None, "across": "{kind: water-level, by: area}",
    "when": "{above: [{how_many: {above: [flow, 100]}}, 0]}",
    "then": '[{notify: {team: astreinte, message: "{point}"}}]',
}  # fmt: skip


def flow(values, **more):
    return levels(values, name="flow", **more)


def told(rules, seen, until=None, inventory=INVENTORY):
    return [(rule, kind, minute) for rule, _, kind, minute in played(book(*rules, inventory=inventory), seen, until)]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param([*levels({0: 3})], [("haut", "fired", 0)], id="nobody else speaks"),
        pytest.param([*levels({0: 3, 0.5: 1})], [], id="what doesn't last a minute is never told"),
        pytest.param(
            [*levels({0: 3, 15: 3}), *flow({0: 200, 15: 200})], [("crue", "fired", 0)], id="the other one at once",
        ),
        pytest.param(
            [*levels({0: 3, 15: 3}), *flow({0.5: 200})], [("crue", "fired", 0.5)], id="within the minute",
        ),
        pytest.param(
            [*levels({0: 3, 15: 3}), *flow({10: 200})], [("haut", "fired", 0), ("crue", "fired", 10)],
            id="too late: what was told stays told",
        ),
        pytest.param(
            [*levels(dict.fromkeys(range(0, 60, 10), 3)), *flow({0: 200, 40: 50})],
            [("crue", "fired", 0), ("crue", "resolved", 40), ("haut", "fired", 0)],
            id="it comes when the other one ends, and tells since when it holds",
        ),
        pytest.param(
            [*levels({0: 3, 10: 3, 20: 1, 30: 1}), *flow({0: 200, 40: 50})],
            [("crue", "fired", 0), ("crue", "resolved", 40)],
            id="not if it is over by then",
        ),
        pytest.param(
            [*levels({0: 3, 10: 1, 20: 1}), *flow({10: 200})],
            [("haut", "fired", 0), ("crue", "fired", 10), ("haut", "resolved", 10)],
            id="it ends as it would have",
        ),
    ],
)  # fmt: skip
def test_a_rule_gives_way_to_another_at_its_point(seen, expected):
    found = told([{**HIGH, "unless": "crue"}, FLOOD], seen, until=60)
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    ("hold", "expected"),
    [
        pytest.param({"for_": "5 min"}, [("haut", "fired", 5)], id="the minute begins when it could fire"),
        pytest.param({"for_": "2 times"}, [("haut", "fired", 15)], id="also of so many in a row"),
        pytest.param({"once_per": "day"}, [("haut", "fired", 0)], id="once a day"),
        pytest.param({"active": "{time_between: ['01:10', '03:00']}"}, [("haut", "fired", 10)], id="in its hours"),
        pytest.param({"when_unknown": "alert"}, [("haut", "fired", 0)], id="unknown or not"),
    ],
)
def test_giving_way_with_each_of_the_holds(hold, expected):
    rules = [{**HIGH, "unless": "crue", **hold}, FLOOD]
    assert told(rules, quarters(3, 3, 3), until=40) == expected


def _points(*places):
    """Points by name, each with its areas and its site."""
    return msgspec.structs.replace(
        INVENTORY,
        points=tuple(
            msgspec.structs.replace(POINT, id=name, title=name, areas=areas, site=site) for name, areas, site in places
        ),
        sites=(Site(id="pont", title="Pont"),),
    )


CITY = _points(("a", ("berges",), "pont"), ("b", ("berges",), None), ("c", (), "pont"), ("d", (), None))


@pytest.mark.parametrize(
    ("where", "held_back"),
    [
        pytest.param("point", {"a"}, id="at the same point"),
        pytest.param("area", {"a", "b"}, id="anywhere in its areas"),
        pytest.param("site", {"a", "c"}, id="anywhere at its site"),
        pytest.param("anywhere", {"a", "b", "c", "d"}, id="anywhere at all"),
    ],
)
def test_where_the_other_one_must_fire(where, held_back):
    """The flow is high at the point a, all levels are."""
    rules = book({**HIGH, "unless": f"{{rule: crue, at: {where}}}"}, FLOOD, inventory=CITY, points="[a, b, c, d]")
    seen = [each for name in "abcd" for each in levels({0: 3, 10: 3}, point=name)] + flow({0: 200, 10: 200}, point="a")
    fired = {subject for rule, subject, _, _ in played(rules, seen) if rule == "haut"}
    assert fired == set("abcd") - held_back


@pytest.mark.parametrize(("point", "fires"), [("a", False), ("d", True)], ids=["one of its members", "none of them"])
def test_a_point_gives_way_to_a_group_of_which_it_is(point, fires):
    rules = book({**HIGH, "unless": "reseau"}, GROUP, inventory=CITY, points="[a, b, c, d]")
    seen = [*levels({0: 3, 10: 3}, point=point), *flow({0: 200, 10: 200}, point="b")]
    assert [rule for rule, _, _, _ in played(rules, seen)] == ["reseau", *["haut"] * fires]


def test_a_group_gives_way_to_one_of_its_points():
    rules = book({**GROUP, "unless": "haut"}, HIGH, inventory=CITY, points="[a, b, c, d]")
    seen = [*flow({0: 200, 10: 200, 20: 200, 30: 200}, point="b"), *levels({0: 3, 10: 3, 20: 1}, point="a")]
    assert [(rule, kind) for rule, _, kind, _ in played(rules, seen)] == [
        ("haut", "fired"), ("haut", "resolved"), ("reseau", "fired"),
    ]  # fmt: skip


def test_one_of_several_that_fires_is_enough():
    third = {"id": "chaud", "when": "{above: [warmth, 20]}"}
    rules = [{**HIGH, "unless": "[crue, {rule: chaud, at: point}]"}, FLOOD, third]
    seen = [
        *levels(dict.fromkeys(range(0, 61, 5), 3)),
        *flow({0: 200, 20: 0}),
        *levels({10: 25, 40: 5}, name="warmth"),
    ]
    assert [(rule, minute) for rule, kind, minute in told(rules, seen) if kind == "fired"] == [
        ("crue", 0), ("chaud", 10), ("haut", 0),
    ]  # fmt: skip


def test_a_chain_of_three():
    """The first gives way to the second, which gives way to the third and so does not fire: the first may."""
    first, second = {**HIGH, "unless": "milieu"}, {"id": "milieu", "when": "{above: [level, 1 m]}", "unless": "crue"}
    seen = [*levels(dict.fromkeys(range(0, 61, 5), 3)), *flow({0: 200, 30: 200})]
    found = told([first, second, FLOOD], seen)
    assert [(rule, kind) for rule, kind, _ in found] == [("crue", "fired"), ("haut", "fired")]


def test_two_that_give_way_to_one_another_do_not_wait_for_ever():
    first, second = {**HIGH, "unless": "milieu"}, {"id": "milieu", "when": "{above: [level, 1 m]}", "unless": "haut"}
    assert [(rule, kind) for rule, kind, _ in told([first, second], quarters(3, 3, 3))] == [("haut", "fired")]


@pytest.mark.parametrize("unless", ["personne", "{rule: personne, at: anywhere}", "haut"])
def test_a_rule_that_is_not_there_holds_nothing_back_and_neither_does_the_rule_itself(unless):
    assert told([{**HIGH, "unless": unless}], quarters(3, 3)) == [("haut", "fired", 0)]


def test_an_alert_that_is_only_declared_holds_back_too_as_long_as_it_is_said_to():
    made = book({**HIGH, "unless": "personne"})
    play = Play(made, [Declared("personne", START, START + 40 * MINUTE)])
    seen = levels(dict.fromkeys(range(0, 61, 5), 3))
    found = [minute_of(event.transition.decided_at) for event in play.run(seen, START + 60 * MINUTE)]
    assert len(found) == 1
    assert 40 <= found[0] <= 46


class TestPeriods:
    """A rule that decides every so often waits its minute too, and not until its next period."""

    @pytest.mark.parametrize(
        ("seen", "expected"),
        [
            pytest.param([], [("haut", 60, 61)], id="nobody else speaks: a minute after the period was decided"),
            pytest.param(flow({50: 200, 80: 200, 200: 0}), [("haut", 60, 200)], id="it comes when the other one ends"),
            pytest.param(flow({60.5: 200, 200: 0}), [("haut", 60, 200)], id="the other one speaks within the minute"),
            pytest.param(flow({90: 200}), [("haut", 60, 61)], id="or too late"),
        ],
    )
    def test_it_comes_a_minute_after_its_period_was_decided(self, seen, expected):
        rules = book({**HIGH, "unless": "crue", "every": "1 h"}, FLOOD)
        readings = [*levels(dict.fromkeys(range(10, 241, 10), 3)), *seen]
        found = [
            (event.rule, minute_of(event.transition.at), minute_of(event.transition.decided_at))
            for event in Play(rules).run(readings, START + 240 * MINUTE)
            if event.rule == "haut"
        ]
        assert found == expected

    def test_a_period_that_is_no_longer_so_when_the_other_one_ends_is_not_told(self):
        rules = [{**HIGH, "unless": "crue", "every": "1 h"}, FLOOD]
        readings = [*levels({minute: 3 if minute <= 60 else 1 for minute in range(10, 241, 10)})]
        assert [rule for rule, _, _ in told(rules, [*readings, *flow({50: 200, 150: 0})])] == ["crue", "crue"]
