"""What answers promise comes true: whatever was observed, and whenever one asks."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from services.rules_engine.domain.playing import Play
from tests.unit.services.rules_engine.domain.answering.questions import ask, reasons
from tests.unit.services.rules_engine.domain.conftest import START
from tests.unit.services.rules_engine.domain.plays import BAD, book, quarters

KEY = ("gemapi.crue", "pont-neuf")
VALUES = some.lists(some.sampled_from([1.5, 2.5, 2.5, BAD, None]), min_size=1, max_size=12)
RULES = some.sampled_from(
    [
        {},
        {"for_": "20 min"},
        {"for_": "2 times", "until": "{below: [level, 1.80 m]}"},
        {"when": "{above: [{max_over: [level, 30 min, 20 %]}, 2 m]}", "for_": "20 min"},
        {"active": "{time_between: ['02:00', '03:00']}", "for_": "10 min"},
        {"once_per": "1 h"},
        {"every": "30 min", "when": "{above: [{max_over: [level, 30 min, 20 %]}, 2 m]}"},
        {"when_unknown": "alert", "for_": "20 min"},
    ]
)


def stood(made, seen, at):
    play = Play(made)
    list(play.run(seen, START + timedelta(minutes=at), START))
    return play.state(*KEY)


@settings(deadline=None, max_examples=150)
@given(lines=RULES, values=VALUES, at=some.integers(0, 200))
def test_it_says_that_it_fires_just_when_it_does_and_else_a_reason(lines, values, at):
    made = book(lines)
    seen = [each for each in quarters(*values) if each.moment <= START + timedelta(minutes=at)]
    answer = ask(made, seen, at)
    assert (reasons(answer) == ["fires"]) is bool(stood(made, seen, at).firing)
    assert answer.reasons
    assert "None" not in answer.said.fr + answer.said.en


@settings(deadline=None, max_examples=150)
@given(lines=RULES, values=VALUES, at=some.integers(0, 200))
def test_when_only_time_is_missing_it_fires_as_soon_as_that_is_over(lines, values, at):
    made = book(lines)
    seen = [each for each in quarters(*values) if each.moment <= START + timedelta(minutes=at)]
    answer = ask(made, seen, at)
    if reasons(answer) in (["hold"], ["once-per"]):
        ((obstacle,),) = (level.missing for level in answer.levels)
        if obstacle.until is not None:
            wait = (obstacle.until - answer.at) / timedelta(minutes=1)
            before, after = (stood(made, seen, at + minutes) for minutes in (wait - 0.01, wait))
            assert not before.firing
            said = obstacle.said.en
            assert bool(after.firing) is not ("a reading must come" in said or "ceases to apply" in said), said


@settings(deadline=None, max_examples=100)
@given(values=VALUES, at=some.integers(0, 200))
def test_a_comparison_came_out_so_ever_since_it_says_so(values, at):
    made = book({})
    seen = [each for each in quarters(*values) if each.moment <= START + timedelta(minutes=at)]
    ((now,),) = (level.comparisons for level in ask(made, seen, at).levels)
    if now.since is None:
        return
    # At the very moment at which a value grows stale it still counts.
    minute = (now.since - START) / timedelta(minutes=1) + (0.001 if now.truth is None else 0)
    for moment in (minute, (minute + at) / 2):
        then = [each for each in seen if each.moment <= START + timedelta(minutes=moment)]
        ((before,),) = (level.comparisons for level in ask(made, then, moment).levels)
        assert before.truth is now.truth
