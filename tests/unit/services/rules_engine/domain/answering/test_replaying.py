"""The past is played as far back as a rule reaches, within bounds that are said."""

from datetime import timedelta

import pytest

from services.rules_engine.domain.answering import replaying
from services.rules_engine.domain.answering.replaying import plan, replay
from services.rules_engine.domain.playing import Play
from shared.errors import InputError
from tests.unit.services.rules_engine.domain.conftest import START
from tests.unit.services.rules_engine.domain.plays import book, quarters

KEY = ("gemapi.crue", "pont-neuf")
AT = START + timedelta(days=40)
DAY = timedelta(days=1)
STALE = timedelta(minutes=90)


@pytest.mark.parametrize(
    ("lines", "reach"),
    [
        ({}, STALE),
        ({"for_": "2 h"}, STALE + timedelta(hours=2)),
        ({"for_": "4 times"}, STALE + timedelta(hours=1)),
        ({"when": "{above: [{avg_over: [level, 6 h]}, 2 m]}"}, STALE + timedelta(hours=6)),
        ({"once_per": "week"}, STALE + timedelta(days=7)),
        ({"once_per": "12 h"}, STALE + timedelta(hours=12)),
    ],
)
def test_it_reads_as_far_back_as_windows_holds_and_periods_reach_and_a_day_more(lines, reach):
    assert plan(book(lines), KEY, AT).since == AT - reach - DAY


def test_an_alert_that_is_known_to_have_fired_is_followed_from_its_beginning():
    assert plan(book({}), KEY, AT, START).since == START - STALE - DAY


def test_rules_to_which_it_gives_way_are_played_too_and_no_others():
    other = {"id": "barrage", "when": "{above: [flow, 30 m3/s]}", "unless": "amont"}
    far = {"id": "amont", "when": "{above: [warmth, 30 Cel]}"}
    idle = {"id": "ailleurs", "when": "{above: [passages, 30]}"}
    planned = plan(book(far, other, idle, {"unless": "barrage"}), KEY, AT)
    assert sorted(planned.book.rules) == ["amont", "barrage", "gemapi.crue"]
    assert planned.series == tuple(("pont-neuf", name) for name in ("flow", "level", "warmth"))


def test_portions_give_the_state_of_one_run_and_let_others_work():
    made, seen = book({"for_": "3 times"}), quarters(*[1.5, 2.5, 2.5] * 300, 2.5)
    breaths = []
    played = replay(plan(made, KEY, AT), [seen], lambda: breaths.append(1))
    whole = Play(made)
    list(whole.run(seen, AT, START))
    assert played.play.state(*KEY) == whole.state(*KEY)
    assert (played.count, played.cut, len(breaths)) == (901, False, 5)


def test_more_than_is_read_is_said(monkeypatch):
    monkeypatch.setattr(replaying, "MOST_OBSERVATIONS", 100)
    planned = plan(book({}), KEY, AT)
    seen = quarters(*[1.5] * planned.limit)
    played = replay(planned, [seen])
    assert (planned.limit, played.cut) == (100, True)


def test_a_rule_that_reads_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(replaying, "_MOST_SERIES", 0)
    with pytest.raises(InputError, match="leave out --at"):
        plan(book({}), KEY, AT)


def test_silence_is_played_too():
    made = book({"when": "{absent_for: [level, 2 h]}"})
    seen = quarters(1.5, 1.5, 1.5, begin=39 * 24 * 60)
    (last,) = {each.moment for each in seen[-1:]}
    states = [
        replay(plan(made, KEY, last + timedelta(minutes=minutes)), [seen]).play.state(*KEY) for minutes in (119, 120)
    ]
    assert [bool(state.firing) for state in states] == [False, True]
    assert states[1].firing_since == last + timedelta(hours=2)
