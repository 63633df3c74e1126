"""What fills the braces of messages: values that let named, members of a group, what is unknown; in French."""

import msgspec
import pytest

from services.rules_engine.domain.playing import Play
from services.rules_engine.domain.rendering import notifications
from services.rules_engine.domain.texts import Texts, holding
from tests.unit.services.rules_engine.domain.conftest import INVENTORY, POINT, START
from tests.unit.services.rules_engine.domain.plays import BAD, MINUTE, book, levels

GROUP = {"for_each": None, "across": "{kind: water-level, by: area}"}


def messages(made, seen, until=0):
    """The messages of all that happens, in order."""
    for event in Play(made).run(seen, START + until * MINUTE):
        rule, subject = made.rules[event.rule], made.subject(*event.key)
        yield from (each.message for each in notifications(rule, event.transition, subject, event.scene, made))


def telling(text, **lines):
    return {"then": f'[{{notify: {{team: astreinte, message: "{text}"}}}}]', **lines}


SEEN = [*levels({-60: 1, -30: 2, 0: 3}), *levels({-30: 10, 0: 40}, name="passages"), *levels({0: BAD}, name="warmth")]


@pytest.mark.parametrize(
    ("let", "text", "message"),
    [
        ("{x: {max_over: [level, 1 h, 0 %]}}", "{x}, {x.number}, {x.unit}", "3,00 m, 3,00, m"),
        ("{x: {rate_over: [level, 30 min]}}", "{x}, {x.number}, {x.unit}", "2,00 m/h, 2,00, m/h"),
        ("{x: {rate_over: [passages, 30 min]}}", "{x}, {x.number}, {x.unit}", "60,00/h, 60,00, /h"),
        ("{x: {sum_over: [passages, 1 h, 0 %]}}", "{x}, {x.number}", "50, 50"),
        ("{x: {avg_over: [passages, 1 h, 0 %]}}", "{x}", "25"),
        ("{x: {count_over: [level, 2 h]}}", "{x}", "3"),
        ("{x: {previous: level}, y: {change: level}}", "{x} puis {y} de plus", "2,00 m puis 1,00 m de plus"),
        ("{x: {'-': [2.999, {var: level}]}}", "{x}", "0,00 m"),
        ("{x: {'-': [{var: level}, 3.5 m]}}", "{x}", "−0,50 m"),
        ("{x: {above: [level, 2 m]}, y: {changed: passages}}", "{x}, {y}", "oui, oui"),
        ("{x: {absent_for: [level, 1 h]}}", "{x}", "non"),
        ("{x: {quality: warmth}, y: {quality: level}, z: {quality: flow}}", "{x} {y} {z}", "douteuse bonne absente"),
        ("{x: {last: warmth}, y: {avg_over: [flow, 1 h]}}", "{x}, {y}", "valeur inconnue, valeur inconnue"),
        ("{x: {cat: ['niveau ', {var: level}]}}", "{x}", "niveau 3"),
        ("{x: {merge: [[1, 2], 3.5]}}", "{x}", "1, 2, 3,50"),
        ("{x: {missing: [level, flow, warmth]}}", "{x}", "flow, warmth"),
        ("{x: {missing: [level]}}", "{x}", "aucun"),
        ("{x: {max_over: [level, 1 h, 0 %]}, y: {'*': [{var: x}, 2]}}", "{y}", "6,00 m"),
    ],
)  # fmt: skip
def test_what_let_named_is_told_as_people_read_it(let, text, message):
    assert list(messages(book(telling(text, let=let)), SEEN)) == [message]


@pytest.mark.parametrize(
    ("minutes", "message"),
    [(0, "0 s, 0"), (40, "40 min, 2400"), (61.5, "1 h 1 min, 3690"), (26 * 60, "1 j 2 h, 93600")],
)
def test_an_age_is_told_in_hours_and_minutes(minutes, message):
    rule = telling("{x}, {x.number}", let="{x: {age: level}}", when="{at_least: [flow, 1]}")
    seen = [*levels({-minutes: 1}), *levels({0: 5}, name="flow")]
    assert list(messages(book(rule), seen)) == [message]


def _members(count):
    return msgspec.structs.replace(
        INVENTORY,
        points=tuple(msgspec.structs.replace(POINT, id=f"p{index}", title=f"P{index}") for index in range(count)),
    )


@pytest.mark.parametrize(
    ("high", "expected"),
    [
        (1, "P0 (1 sur 8)"), (3, "P0, P1, P2 (3 sur 8)"), (5, "P0, P1, P2, P3, P4 (5 sur 8)"),
        (6, "P0, P1, P2, P3, P4, P5 (6 sur 8)"), (8, "P0, P1, P2, P3, P4 et 3 autres (8 sur 8)"),
    ],
)  # fmt: skip
def test_a_group_tells_which_of_its_members_hold_it(high, expected):
    """Of two that would be left over one is told by name too: 'and 1 others' is no French."""
    rule = telling(
        "{members} ({count} sur {total})", when="{at_least: [{how_many: {above: [level, 2 m]}}, 1]}", **GROUP
    )
    seen = [each for index in range(8) for each in levels({0: 3 if index < high else 1}, point=f"p{index}")]
    assert list(messages(book(rule, inventory=_members(8)), seen)) == [expected]


def test_a_value_that_let_named_in_a_group_is_that_of_its_members():
    rule = telling(
        "{mean}, {high} ou plus, {reach}", when="{at_least: [high, 1]}",
        let="{mean: {avg_of: {value: level}}, high: {how_many: {above: [level, 2 m]}}, "
        "reach: {max_of: {value: {max_over: [level, 1 h, 0 %]}}}}",
        **GROUP,
    )  # fmt: skip
    seen = [*levels({-30: 2, 0: 3}, point="p0"), *levels({0: 1}, point="p1")]
    assert list(messages(book(rule, inventory=_members(3)), seen)) == ["2,00 m, 1 ou plus, 3,00 m"]


def test_names_of_a_group_mean_nothing_where_there_is_none_and_those_of_a_point_nothing_in_a_group():
    grouped = telling("{point}", when="{at_least: [{how_many: {above: [level, 2 m]}}, 1]}", **GROUP)
    made = book(grouped, inventory=_members(2))
    (event,) = Play(made).run(levels({0: 3}, point="p1"), START)
    texts = Texts(made.rules[event.rule], event.transition, made.subject(*event.key), event.scene, made)
    assert [texts.value(name) for name in ("level", "level.time", "nobody", "members")] == [
        "{level}", "{level.time}", "{nobody}", "P1",
    ]  # fmt: skip
    assert holding(made.rules[event.rule], event.transition, event.scene) == ("p1",)


def test_times_are_those_of_the_place():
    city = msgspec.structs.replace(
        INVENTORY, points=(msgspec.structs.replace(POINT, zone="Indian/Reunion"), *INVENTORY.points[1:])
    )
    rule = telling("{time}, {since}, {level.time}, {flow.time}")
    assert list(messages(book(rule, inventory=city), levels({0: 3}))) == [
        "10/01 04:00, 10/01 04:00, 10/01 04:00, date inconnue"
    ]
