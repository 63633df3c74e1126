"""The night of the demo: the bank dims, the flood rule holds it at 100 %, and it comes back.

With the shipped limits: the flood lights all lamps at once, ordinary changes come one lamp a minute (half of three).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.model.alerts import Criticality
from shared.model.lighting import OverrideChanged, OverrideState

PARIS = ZoneInfo("Europe/Paris")
WAVES = timedelta(minutes=3)
"""Three lamps, one a minute, with the time in which the last is seen to obey."""
FIRES = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
CLEARS = datetime(2022, 1, 12, 20, 45, tzinfo=UTC)


def renew(controller: Any, hold: Callable[..., Any], since: datetime, until: datetime, **fields: Any) -> None:
    """The rules engine renews the lease every five minutes while the rule fires."""
    while since < until:
        controller.run_until(since)
        controller.take(hold(since, **fields))
        since += timedelta(minutes=5)


def levels(controller: Any) -> list[tuple[str, int]]:
    """When the light of the first lamp was seen at another level, local time."""
    seen: list[tuple[str, int]] = []
    for change in controller.changes():
        if change.luminaire == "lamp-1" and (not seen or seen[-1][1] != change.actual):
            seen.append((change.at.astimezone(PARIS).strftime("%d %H:%M"), change.actual))
    return seen


def told(controller: Any) -> list[tuple[OverrideState, datetime]]:
    return [(change.state, change.at) for change in controller.published(OverrideChanged, "override_changed")]


def test_bank_goes_from_50_to_100_and_comes_back_when_the_rule_lets_go(
    controller_of: Callable[..., Any], hold: Callable[..., Any], release: Callable[..., Any]
) -> None:
    controller = controller_of(limits="shipped")
    renew(controller, hold, FIRES, FIRES + timedelta(minutes=40))
    assert controller.actual() == [100, 100, 100]
    controller.run_until(FIRES + timedelta(minutes=42))
    controller.take(release(FIRES + timedelta(minutes=42)))
    controller.run_until(FIRES + timedelta(minutes=42) + WAVES)
    assert controller.actual() == [50, 50, 50]
    controller.run_until(FIRES + timedelta(hours=12))
    assert levels(controller) == [
        ("09 22:00", 100),
        ("09 22:30", 50),
        ("10 02:45", 100),
        ("10 03:27", 50),
        ("10 05:30", 100),
        ("10 07:54", 0),
    ]
    assert told(controller) == [
        (OverrideState.STARTED, FIRES),
        (OverrideState.RELEASED, FIRES + timedelta(minutes=42)),
    ]


def test_bank_comes_back_by_itself_when_the_lease_ends(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(limits="shipped")
    controller.run_until(FIRES)
    controller.take(hold(FIRES))
    controller.run_until(FIRES + timedelta(minutes=14, seconds=59))
    assert controller.actual() == [100, 100, 100]
    controller.run_until(FIRES + timedelta(minutes=15) + WAVES)
    assert controller.actual() == [50, 50, 50]
    assert told(controller)[-1] == (OverrideState.EXPIRED, FIRES + timedelta(minutes=15))


def test_override_waits_for_the_night_unless_it_says_day(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    morning = datetime(2022, 1, 10, 9, 0, tzinfo=UTC)
    controller = controller_of(limits="shipped", now=morning)
    assert controller.actual() == [0, 0, 0]
    controller.take(hold(morning, lease_until=morning + timedelta(hours=12)))
    assert controller.actual() == [0, 0, 0]
    controller.take(hold(morning, override="by-day", lease_until=morning + timedelta(hours=1), day=True, level=70))
    controller.run_until(morning + timedelta(minutes=1))
    assert controller.actual() == [70, 70, 70]
    controller.run_until(morning + timedelta(hours=1) + WAVES)
    assert controller.actual() == [0, 0, 0]
    controller.run_until(morning + timedelta(hours=9))
    assert controller.actual() == [100, 100, 100]
    assert controller.group().source == "flood"


def test_flood_of_two_days_is_granted_to_a_vital_rule_again_and_again(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(limits="shipped")
    renew(controller, hold, FIRES, CLEARS)
    controller.run_until(CLEARS + timedelta(hours=1))
    states = [state for state, _ in told(controller)]
    # 36 h 19 min of lit time from 10 January 02:45 until the last lease ends, on 12 January at 21:55 local.
    assert states == [
        OverrideState.STARTED,
        *[OverrideState.USED_UP, OverrideState.GRANTED_AGAIN] * 9,
        OverrideState.EXPIRED,
    ]
    used_up = [at for state, at in told(controller) if state is OverrideState.USED_UP]
    assert used_up[0] == FIRES + timedelta(hours=4)
    assert (used_up[1] - used_up[0]) > timedelta(hours=13), "the day between does not count"
    assert {level for when, level in levels(controller)[3:] if level not in (0, 50)} == {100}
    assert [when for when, level in levels(controller) if level == 50] == ["09 22:30", "12 22:30"]


@pytest.mark.parametrize("criticality", [Criticality.NORMAL, Criticality.COMFORT])
def test_other_rules_return_to_the_calendar_and_stay_there_until_released(
    controller_of: Callable[..., Any], hold: Callable[..., Any], release: Callable[..., Any], criticality: Criticality
) -> None:
    controller = controller_of(limits="shipped")
    wish = {"criticality": criticality, "at_most_s": 3600.0, "level": 80}
    renew(controller, hold, FIRES, FIRES + timedelta(hours=26), **wish)
    end = FIRES + timedelta(hours=26)
    controller.run_until(end)
    assert told(controller) == [(OverrideState.STARTED, FIRES), (OverrideState.USED_UP, FIRES + timedelta(hours=1))]
    assert [when for when, level in levels(controller) if level == 80] == ["10 02:45"]
    assert controller.group().overrides[0].state == "used-up"
    assert controller.group().overrides[0].used_s == 3600.0
    controller.take(release(end, **wish))
    assert controller.group().overrides == ()
    assert told(controller)[-1] == (OverrideState.RELEASED, end)


def test_owner_is_named_when_the_time_is_used_up(controller_of: Callable[..., Any], hold: Callable[..., Any]) -> None:
    controller = controller_of(limits="shipped")
    controller.run_until(FIRES)
    controller.take(hold(FIRES, at_most_s=600.0))
    controller.run_until(FIRES + timedelta(minutes=12))
    change = controller.published(OverrideChanged, "override_changed")[1]
    assert (change.state, change.owner, change.rule, change.trace) == (
        OverrideState.USED_UP,
        "gemapi",
        "gemapi.garonne",
        "t1",
    )


def test_two_runs_of_the_same_night_give_equal_rows_and_messages(
    controller_of: Callable[..., Any], hold: Callable[..., Any], tmp_path: Any
) -> None:
    runs = []
    for name in ("first", "second"):
        controller = controller_of(limits="shipped")
        renew(controller, hold, FIRES, FIRES + timedelta(hours=6))
        controller.run_until(FIRES + timedelta(hours=20))
        runs.append((controller.rows(), controller.changes(), told(controller)))
        controller.database.engine.dispose()
        for file in tmp_path.glob("lighting_controller.sqlite*"):
            file.rename(tmp_path / f"{name}-{file.name}")
    assert runs[0] == runs[1]
