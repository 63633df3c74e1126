"""What is kept of a decision gives it back, as long as the rule decides alike, wherever its lines stand."""

from datetime import timedelta

import msgspec
import pytest

from services.rules_engine.domain.answering.witness import Witness, trace_of, witness
from services.rules_engine.domain.book import book_of, open_book
from services.rules_engine.domain.explaining_decisions import each_in_words
from services.rules_engine.domain.playing import Play
from services.rules_engine.domain.rendering import alert_changed, lighting_requests
from tests.unit.services.rules_engine.domain.conftest import INVENTORY, START, rule_text
from tests.unit.services.rules_engine.domain.plays import book, levels, quarters

FLOW = {"name": "flow"}
CONDITIONS = {
    "one comparison": "{above: [level, 2 m]}",
    "a window and a calendar": "{and: [{above: [{avg_over: [level, 30 min, 10 %]}, 1 m]}, {weekday: [mon]}]}",
    "a census of others": "{at_least: [{how_many: {of: {kind: water-level}, where: {above: [level, 2 m]}}}, 1]}",
    "one of a list": "{in: [{var: level}, [1 m, 2.5 m]]}",
    "between": "{between: [level, 2 m, 3 m]}",
}


def happened(made, seen, at=30):
    """Every transition with what is kept of it, as bytes and back."""
    for event in Play(made).run(seen, START + timedelta(minutes=at), START):
        rule, subject = made.rules[event.rule], made.subject(*event.key)
        told = alert_changed(rule, event.transition, subject, event.scene, made)
        kept = witness(rule, event.transition, told, lighting_requests(rule, event.transition, subject, made))
        yield event.transition, msgspec.json.decode(msgspec.json.encode(kept), type=Witness)


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_decision_comes_back_as_it_was(name):
    made = book({"when": CONDITIONS[name]})
    rule = made.rules["gemapi.crue"]
    ((transition, kept), *_) = happened(made, [*quarters(1.5, 2.5), *quarters(2.5, 2.5, point="portet")])
    found = trace_of(kept, rule, transition.kind)
    assert found.truth is transition.trace.truth is True
    assert each_in_words(found, rule) == each_in_words(transition.trace, rule)
    assert [each.call for each in found.compared] == [each.call for each in transition.trace.compared]


def test_the_end_comes_back_with_the_condition_for_the_end():
    made = book({"until": "{below: [level, 1.80 m]}"})
    fired, resolved = happened(made, quarters(2.5, 1.5))
    assert resolved[0].kind == "resolved"
    rule = made.rules["gemapi.crue"]
    said = [
        each.said.fr
        for transition, kept in (fired, resolved)
        for each in each_in_words(trace_of(kept, rule, transition.kind), rule)
    ]
    assert said == [
        "La hauteur (2,50 m) dépasse 2 m : vrai.",
        "La hauteur (1,50 m) est inférieure à 1,8 m : vrai.",
    ]


def test_lines_above_the_rule_take_nothing_away_and_another_condition_does():
    ((transition, kept), *_) = happened(book({"for_each": "{kind: water-level}"}), quarters(2.5))
    texts = {
        "moved": rule_text(id="autre") + rule_text(),
        "changed": rule_text(when="{above: [level, 2.10 m]}"),
    }
    moved, changed = (open_book({"f.yaml": text}, INVENTORY).rules["gemapi.crue"] for text in texts.values())
    assert [each.values for each in trace_of(kept, moved, transition.kind).compared] == [(2.5, 2.0)]
    assert trace_of(kept, changed, transition.kind) is None


def test_it_says_whom_it_told_and_which_levels_there_were():
    made = book({})
    ((_, kept), *_) = happened(made, quarters(2.5))
    assert (kept.before, kept.after) == ((), (0,))
    assert [(each.team, each.message) for each in kept.told.notify] == [("astreinte", "Pont-Neuf : 2,50 m")]
    assert len(msgspec.json.encode(kept)) < 1500


def test_what_was_not_decided_by_a_condition_has_no_trace():
    made = book({"active": "{time_between: ['00:00', '02:00']}"})
    seen = levels([(minute, 2.5) for minute in range(0, 120, 15)])
    fired, ended = happened(made, seen, 90)
    assert trace_of(fired[1], made.rules["gemapi.crue"], fired[0].kind) is not None
    assert ended[0].resolution == "outside-active"
    assert book_of([], INVENTORY).rules == {}
