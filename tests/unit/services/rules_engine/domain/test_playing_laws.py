"""What holds for every rule with all that rules can have: stored state is enough, looking more often finds no more,
alerts take turns and time goes forward."""

import functools
from datetime import timedelta
from itertools import pairwise

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.alert import AlertState, Change
from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.loading import load
from services.rules_engine.domain.playing import Play, Seen
from services.rules_engine.domain.sample import Sample
from shared.model.observations import Quality
from tests.unit.services.rules_engine.domain.conftest import INVENTORY, KNOWN, START, rule_text
from tests.unit.services.rules_engine.domain.plays import MINUTE

SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
TOLD = "[{notify: {team: astreinte, message: '{point}'}}]"
LIT = "[{light: {group: lampes, level: 100 %, at_most: 4 h, reason: crue}}]"
OWN = [
    "{above: [level, 2 m]}",
    "{or: [{above: [level, 2 m]}, {above: [flow, 100]}]}",
    "{at_least: [{avg_over: [level, 30 min, 20 %]}, 1.5 m]}",
    "{above: [{max_over: [level, 1 h, 0 %]}, 2 m]}",
    "{absent_for: [level, 75 min]}",
    "{above: [{age: level}, 50 min]}",
    "{and: [{above: [level, 2 m]}, {time_between: ['02:00', '05:00']}]}",
    "{above: [{how_many: {above: [level, 2 m]}}, 0]}",
    "{equals: [{quality: level}, suspect]}",
]
TOGETHER = [
    "{above: [{how_many: {above: [level, 2 m]}}, 1]}",
    "{at_least: [{share_of: {absent_for: [level, 75 min]}}, 50 %]}",
    "{above: [{max_of: {value: {max_over: [level, 1 h, 0 %]}}}, 2 m]}",
    "{equals: [{how_many: {above: [level, 2 m]}}, 1]}",
]
LASTING = st.sampled_from([None, None, "10 min", "40 min", "2 times", "3 times"])
KEYS = {"for_": "for"}


def _perhaps(*values):
    return st.sampled_from([None, None, *values])


def _levels(conditions):
    """One level or two, of which each ends when it no longer holds, as overlapping-until wants it."""
    one = st.fixed_dictionaries({"when": st.sampled_from(conditions), "for_": LASTING, "until_for": LASTING})
    return st.lists(one, min_size=1, max_size=2, unique_by=lambda each: each["when"])


def _lines(levels, rest, grouped):
    found = {name: value for name, value in rest.items() if value is not None}
    if grouped:
        found |= {"for_each": None, "across": "{kind: water-level}"}
    if len(levels) == 1:
        return found | {name: value for name, value in levels[0].items() if value is not None}
    written = []
    for severity, level in zip(("yellow", "red"), levels, strict=True):
        parts = ", ".join(f"{KEYS.get(name, name)}: {value}" for name, value in level.items() if value)
        written.append(f"{{severity: {severity}, {parts}, then: {found['then']}}}")
    return {**found, "levels": f"[{', '.join(written)}]", "when": None, "severity": None, "then": None}


def _rules(conditions, grouped):
    rest = {
        "then": st.sampled_from([TOLD, LIT]),
        "when_unknown": st.sampled_from(["hold", "resolve", "alert"]),
        "active": _perhaps("{time_between: ['01:30', '04:00']}"),
        "every": _perhaps("15 min", "1 h"),
        "once_per": _perhaps("2 h", "night"),
        "unless": _perhaps("autre", "{rule: autre, at: anywhere}"),
    }
    return st.builds(_lines, _levels(conditions), st.fixed_dictionaries(rest), st.just(grouped))


RULES = st.one_of(_rules(OWN, False), _rules(TOGETHER, True))
OTHER = {"id": "autre", "when": "{above: [flow, 150]}"}
OBSERVED = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.sampled_from(["pont-neuf", "pont-neuf", "portet"]),
        st.sampled_from(["level", "level", "flow"]),
        st.sampled_from([0.0, 1.5, 2.5, 2.5, 200.0]),
        st.sampled_from([*[Quality.GOOD] * 5, Quality.SUSPECT]),
        st.sampled_from([0, 0, 0, 1, 20]),
    ),
    max_size=12,
)


def _seen(observed, delays=None):
    """The observations, and when they are over; ``delays``: of all of them, so that none comes behind a newer one."""
    minute, found = 0, []
    for gap, point, name, value, quality, own in observed:
        delay = own if delays is None else delays
        minute += gap
        time = START + minute * MINUTE
        found.append(Seen(point, name, Sample(value, time, quality), time + delay * MINUTE))
    return found, START + (minute + 300) * MINUTE


def _made(lines):
    made = _written(tuple(lines.items()))
    assume(made is not None)
    return made


@functools.cache
def _written(lines):
    """The book of a rule beside another one; None: a check refuses it, since one of its levels would never be seen."""
    rules = []
    for each in (dict(lines), OTHER):
        text = rule_text(**{"for_each": "{kind: water-level, points: [pont-neuf, portet]}", **each})
        rules += load(text, "rules/crue.yaml", KNOWN).rules
    return book_of(rules, INVENTORY) if len(rules) == 2 else None


def _told(events, renewals=True):
    return [
        (event.key, each.kind, each.at, each.since, each.before, each.after)
        for event in events
        for each in [event.transition]
        if renewals or each.kind is not Change.RENEWED
    ]


def _step_by_step(made, seen, end, between):
    """The same play, with something done between any two instants of observation or of the clock."""
    play, told = Play(made), []
    told += play.run([], START, START)
    for moment in [*sorted({each.moment for each in seen}), end]:
        while play.due is not None and play.due < moment:
            told += between(play, play.due)
            told += play.run([], play.due)
        told += between(play, max(moment - timedelta(seconds=7), START))
        told += play.run([each for each in seen if each.moment == moment], moment)
    return told


def _stored(play, moment):
    """What would be read after a restart, of all that the rules remember."""
    play.states = {
        key: msgspec.json.decode(msgspec.json.encode(state), type=AlertState) for key, state in play.states.items()
    }
    return []


def _looked(play, moment):
    """Nobody asked for it: every rule looks at all its points."""
    return list(play._decide_all(list(play._book.watches_all()), moment))


@SETTINGS
@given(RULES, OBSERVED)
def test_a_run_that_is_stored_after_every_step_is_the_run_that_never_is(lines, observed):
    made, (seen, end) = _made(lines), _seen(observed)
    whole = list(Play(made).run(seen, end, START))
    assert _told(_step_by_step(made, seen, end, _stored)) == _told(whole)


@SETTINGS
@given(RULES, OBSERVED, st.sampled_from([None, 0, 1, 20]))
def test_looking_more_often_than_is_due_finds_nothing_more(lines, observed, delay):
    """Also where observations come behind newer ones: what they change is decided when they are here."""
    made, (seen, end) = _made(lines), _seen(observed, delay)
    whole = list(Play(made).run(seen, end, START))
    assert _told(_step_by_step(made, seen, end, _looked), renewals=False) == _told(whole, renewals=False)


@SETTINGS
@given(RULES, OBSERVED)
def test_alerts_take_turns_and_time_goes_forward(lines, observed):
    made, (seen, end) = _made(lines), _seen(observed)
    events = list(Play(made).run(seen, end, START))
    for key in {event.key for event in events}:
        # A lease is renewed by the clock, within a period that is decided later.
        told = [
            event.transition for event in events if event.key == key and event.transition.kind is not Change.RENEWED
        ]
        turns = [each.kind for each in told if each.kind in (Change.FIRED, Change.RESOLVED)]
        assert turns == ([Change.FIRED, Change.RESOLVED] * len(turns))[: len(turns)]
        assert all(earlier.at <= later.at for earlier, later in pairwise(told))
        assert all(each.since <= each.at <= each.decided_at for each in told)


@SETTINGS
@given(RULES, OBSERVED)
def test_a_rule_fires_once_in_its_period_but_for_what_is_worse_than_all_that_was_told(lines, observed):
    made, (seen, end) = _made({**lines, "once_per": "2 h"}), _seen(observed)
    events = list(Play(made).run(seen, end, START))
    for key in {event.key for event in events if event.rule != "autre"}:
        told = [event.transition for event in events if event.key == key and event.transition.begun]
        fired = [index for index, each in enumerate(told) if each.kind is Change.FIRED]
        for earlier, later in pairwise(fired):
            worst = max(each.after[-1] for each in told[earlier:later])
            apart = told[later].decided_at - told[earlier].at
            assert apart >= timedelta(hours=2) or told[later].after[-1] > worst


@SETTINGS
@given(RULES, OBSERVED)
def test_no_tick_is_taken_for_ever(lines, observed):
    made, (seen, end) = _made(lines), _seen(observed)
    play = Play(made)
    list(play.run(seen, end, START))
    assert all(state.due_at is None or state.due_at > end for state in play.states.values())
