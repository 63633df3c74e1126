"""One alert through time. A series is a list of (minute, level); ticks come when the state says that they are due."""

from datetime import timedelta

import msgspec
import pytest

from services.rules_engine.domain.advancing import LEASE, RENEW_EVERY, advance, withdraw
from services.rules_engine.domain.alert import AlertState, Change, Hold, Phase, Resolution
from services.rules_engine.domain.sample import Sample
from shared.model.observations import Quality

FLOOD = "{above: [level, 2 m]}"
LIGHT = "[{light: {group: lampes, level: 100 %, at_most: 4 h, reason: crue}}]"


@pytest.fixture
def step(scene):
    """Take one step on a row of newest samples."""

    def _step(rule, state, row, *, at, now, fresh=True):
        return advance(rule, state, scene(row, at, now), fresh=fresh)

    return _step


@pytest.fixture
def run(minutes, step):
    """Play a series and return what changed as (what, minute); a level None is an observation of bad quality."""

    def _run(rule, series, until=None):
        state, row, told = AlertState(), {}, []
        moments = [(minute, level) for minute, level in series]
        end = until if until is not None else (series[-1][0] if series else 0)

        def take(taken):
            told.extend((each.kind.value, (each.at - minutes(0)) / timedelta(minutes=1)) for each in taken.transitions)
            return taken.state

        def ticks_before(minute, including):
            nonlocal state
            count = 0
            while state.due_at is not None and (
                state.due_at < minutes(minute) or (including and state.due_at == minutes(minute))
            ):
                due = state.due_at
                state = take(step(rule, state, row, at=due, now=due, fresh=False))
                assert state.due_at is None or state.due_at > due
                count += 1
                assert count < 1000

        for minute, level in moments:
            ticks_before(minute, including=False)
            now = minutes(minute)
            quality = Quality.GOOD if level is not None else Quality.SUSPECT
            row = {"level": Sample(0.0 if level is None else level, now, quality)}
            state = take(step(rule, state, row, at=now, now=now))
        ticks_before(end, including=True)
        return told, state

    return _run


def changes(found):
    return [(what, round(minute, 3)) for what, minute in found[0] if what != "renewed"]


@pytest.mark.parametrize(
    ("lines", "series", "expected"),
    [
        pytest.param({}, [(0, 1), (15, 3), (30, 1)], [("fired", 15), ("resolved", 30)], id="at-once-without-for"),
        pytest.param({}, [(0, 3), (15, 3), (30, 3)], [("fired", 0)], id="once-however-often-it-holds"),
        pytest.param(
            {"until": "{below: [level, 1.5 m]}"},
            [(0, 3), (15, 1.8), (30, 2.5), (45, 1.4), (60, 1.8), (75, 2.1)],
            [("fired", 0), ("resolved", 45), ("fired", 75)],
            id="hysteresis",
        ),
        pytest.param(
            {"for_": "20 min"}, [(0, 3), (15, 3), (30, 3)], [("fired", 20)], id="for-ends-between-observations"
        ),
        pytest.param(
            {"for_": "30 min"}, [(0, 3), (15, 3), (30, 3)], [("fired", 30)], id="for-ends-with-an-observation"
        ),
        pytest.param({"for_": "30 min"}, [(0, 3), (15, 1), (30, 3), (45, 3)], [], id="for-begins-again-after-false"),
        pytest.param(
            {"for_": "30 min"}, [(0, 3), (15, None), (30, 3), (45, 3)], [], id="for-begins-again-after-unknown"
        ),
        pytest.param({"for_": "30 min"}, [(0, 3), (30, 1)], [], id="false-at-the-end-of-for-does-not-fire"),
        pytest.param(
            {"until_for": "30 min"},
            [(0, 3), (15, 1), (30, 3), (45, 1), (60, 1), (75, 1)],
            [("fired", 0), ("resolved", 75)],
            id="until-must-hold-the-whole-time",
        ),
        pytest.param(
            {"until_for": "20 min"},
            [(0, 3), (15, 1), (30, 1), (45, 1)],
            [("fired", 0), ("resolved", 35)],
            id="until-for-ends-between-observations",
        ),
        pytest.param(
            {"until_for": "30 min"},
            [(0, 3), (15, 1), (30, None), (45, 1), (60, 1)],
            [("fired", 0)],
            id="unknown-begins-until-for-again",
        ),
    ],
)
def test_holds(rule, run, lines, series, expected):
    assert changes(run(rule(**lines), series)) == expected


@pytest.mark.parametrize(
    ("choice", "series", "expected"),
    [
        ("hold", [(0, 3), (15, None), (30, 3)], [("fired", 0)]),
        ("hold", [(0, None), (15, None)], []),
        ("resolve", [(0, 3), (15, None), (30, 3)], [("fired", 0), ("resolved", 15), ("fired", 30)]),
        ("resolve", [(0, None), (15, None)], []),
        ("alert", [(0, 1), (15, None), (30, 1)], [("fired", 15), ("resolved", 30)]),
        ("alert", [(0, 3), (15, None), (30, 3)], [("fired", 0)]),
    ],
)
def test_what_a_rule_does_on_unknown_is_its_own_choice(rule, run, choice, series, expected):
    assert changes(run(rule(when_unknown=choice), series)) == expected


@pytest.mark.parametrize(
    ("choice", "level", "expected"),
    [
        pytest.param("hold", 3, [("fired", 0)], id="hold-goes-on"),
        pytest.param("resolve", 3, [("fired", 0), ("resolved", 45)], id="resolve-when-the-value-is-too-old"),
        pytest.param("alert", 1, [("fired", 45)], id="alert-when-the-value-is-too-old"),
        pytest.param("hold", 1, [], id="nothing-from-silence"),
    ],
)
def test_silence_is_decided_by_the_clock(rule, run, choice, level, expected):
    assert changes(run(rule(when_unknown=choice), [(0, level)], until=240)) == expected


def test_a_silent_sensor_does_not_satisfy_a_hold(rule, run):
    found = run(rule(for_="60 min"), [(0, 3)], until=240)
    assert changes(found) == []
    assert found[1] == AlertState()


def test_a_hold_starts_again_when_values_were_stale_though_no_tick_saw_it(rule, step, minutes):
    held = rule(for_="60 min")
    first = step(held, AlertState(), {"level": Sample(3.0, minutes(0))}, at=minutes(0), now=minutes(0))
    late = step(held, first.state, {"level": Sample(3.0, minutes(70))}, at=minutes(70), now=minutes(70))
    assert late.transitions == ()
    assert late.state.holds[0].since == minutes(70)


def test_a_hold_that_ended_during_a_stop_fires_at_its_own_time_once(rule, step, minutes):
    held = rule(for_="20 min")
    row = {"level": Sample(3.0, minutes(0))}
    pending = step(held, AlertState(), row, at=minutes(0), now=minutes(0)).state
    (fired,) = step(held, pending, row, at=minutes(40), now=minutes(40)).transitions
    assert (fired.kind, fired.at, fired.decided_at) == (Change.FIRED, minutes(20), minutes(40))


def test_a_hold_is_measured_in_event_time(rule, step, minutes):
    held = rule(for_="20 min")
    state = AlertState()
    for minute in (0, 15):
        now = minutes(minute + 9)
        state = step(held, state, {"level": Sample(3.0, minutes(minute))}, at=minutes(minute), now=now).state
    assert state.phase is Phase.PENDING
    assert (state.holds[0].since, state.due_at) == (minutes(0), minutes(20))


def test_nothing_ends_before_it_began_when_an_observation_comes_after_a_tick(rule, step, minutes):
    held = rule(for_="10 min")
    row = {"level": Sample(3.0, minutes(0))}
    pending = step(held, AlertState(), row, at=minutes(0), now=minutes(0)).state
    firing = step(held, pending, row, at=minutes(10), now=minutes(10)).state
    (ended,) = step(held, firing, {"level": Sample(1.0, minutes(9))}, at=minutes(9), now=minutes(11)).transitions
    assert (ended.at, ended.since, ended.resolution) == (minutes(10), minutes(10), Resolution.CONDITION_CLEARED)


@pytest.mark.parametrize("quality", [Quality.SUSPECT, Quality.OUT_OF_RANGE])
def test_a_distrusted_value_neither_fires_nor_ends_an_alert(rule, step, minutes, quality):
    plain = rule()
    bad_high, bad_low = Sample(9.0, minutes(0), quality), Sample(0.0, minutes(0), quality)
    assert step(plain, AlertState(), {"level": bad_high}, at=minutes(0), now=minutes(0)).transitions == ()
    firing = AlertState((Hold(Phase.FIRING, since=minutes(0)),), firing_since=minutes(0))
    assert step(plain, firing, {"level": bad_low}, at=minutes(1), now=minutes(1)).transitions == ()


def test_a_missing_value_never_fires_a_low_threshold(rule, run, step, minutes):
    low = rule(when='{"<": [{var: level}, 1]}')
    assert changes(run(low, [(0, None), (15, None)], until=600)) == []
    assert step(low, AlertState(), {}, at=minutes(0), now=minutes(0)).state == AlertState()


def test_a_value_as_old_as_allowed_still_counts_and_one_instant_older_does_not(rule, step, minutes):
    state = step(
        rule(when_unknown="resolve"), AlertState(), {"level": Sample(3.0, minutes(0))}, at=minutes(0), now=minutes(0)
    ).state
    assert state.due_at == minutes(45) + timedelta(microseconds=1)


def test_a_transition_tells_what_it_saw(rule, step, minutes):
    row = {"level": Sample(3.0, minutes(0))}
    (fired,) = step(rule(), AlertState(), row, at=minutes(0), now=minutes(0)).transitions
    assert [(each.property, each.value, each.time) for each in fired.values] == [("level", 3.0, minutes(0))]
    assert fired.trace is not None
    assert [(each.values, each.truth) for each in fired.trace.compared] == [((3.0, 2.0), True)]


def test_a_rule_that_is_gone_ends_its_alert_and_a_pending_one_is_forgotten(minutes):
    firing = AlertState((Hold(Phase.FIRING, since=minutes(0)),), firing_since=minutes(0))
    (ended,) = withdraw(firing, Resolution.RULE_REMOVED, now=minutes(5)).transitions
    assert (ended.kind, ended.since, ended.at, ended.resolution) == (
        Change.RESOLVED,
        minutes(0),
        minutes(5),
        Resolution.RULE_REMOVED,
    )
    pending = AlertState((Hold(Phase.PENDING, since=minutes(0)),))
    assert withdraw(pending, Resolution.RULE_REMOVED, now=minutes(5)).transitions == ()


class TestLeases:
    def test_a_firing_rule_renews_its_lights_and_lets_go_when_it_ends(self, rule, run):
        lit = rule(then=LIGHT)
        told, state = run(lit, [(0, 3), (7, 3), (12, 1)], until=60)
        assert told == [("fired", 0), ("renewed", 5), ("renewed", 10), ("resolved", 12)]
        assert state.due_at is None

    def test_missed_renewals_are_made_up_for_by_one(self, rule, step, minutes):
        lit, row = rule(then=LIGHT), {"level": Sample(3.0, minutes(0))}
        firing = step(lit, AlertState(), row, at=minutes(0), now=minutes(0)).state
        late = step(lit, firing, row, at=minutes(60), now=minutes(60), fresh=False)
        assert [each.kind for each in late.transitions] == [Change.RENEWED]
        assert late.state.due_at == minutes(60) + RENEW_EVERY

    def test_a_rule_without_lights_has_nothing_to_renew(self, rule, run):
        told, state = run(rule(), [(0, 3)], until=600)
        assert told == [("fired", 0)]
        assert state.due_at is None

    def test_two_renewals_may_fail_before_a_lease_runs_out(self):
        assert RENEW_EVERY * 3 <= LEASE


@pytest.mark.parametrize(
    "state",
    [
        AlertState(),
        AlertState((Hold(Phase.PENDING),)),
    ],
    ids=["fresh", "pending"],
)
def test_a_state_is_plain_data(state, minutes):
    hold = Hold(Phase.FIRING, minutes(0), 1, minutes(1), minutes(2), 3, minutes(3))
    full = AlertState((hold, Hold()), minutes(4), minutes(5), 1, *(minutes(count) for count in range(6, 11)))
    full = msgspec.structs.replace(full, unheard={"amont": minutes(12)})
    for each in (state, full):
        assert msgspec.convert(msgspec.to_builtins(each), AlertState) == each
        assert msgspec.json.decode(msgspec.json.encode(each), type=AlertState) == each


def test_an_alert_that_had_to_wait_for_its_period_counts_for_the_period_in_which_it_came(rule, run):
    """Ripe at 45, told at 60, when the hour of the first was over; so the next may come at 120, not at 105."""
    hourly = rule(when=FLOOD, once_per="1 h")
    series = [(0, 3), (15, 1), (45, 3), (60, 3), (75, 1), (90, 3), (105, 3), (110, 1), (120, 1)]
    assert changes(run(hourly, series)) == [("fired", 0), ("resolved", 15), ("fired", 45), ("resolved", 75)]
