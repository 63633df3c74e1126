"""The safety envelope over a real database: what it holds through restarts and kills, and what owners hear of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from services.lighting_controller.domain.calendars.bylaw import Bylaws, Extinction
from services.lighting_controller.domain.commanding.driver import Command
from services.lighting_controller.domain.commanding.pacing import Pace, Paces
from services.lighting_controller.domain.orders.order_wanted import WantedOverride
from services.lighting_controller.use_cases import act_on_due as acting
from services.lighting_controller.use_cases.override_group import override_group
from shared.actor import Actor
from shared.model.alerts import Criticality
from shared.model.lighting import OverrideChanged, OverrideState

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LUCIE = Actor("operator:lucie", "eclairage")
LIMITS = """
classes:
  P4: {floor: 20 %, step: 30 %, ramp: 0 s, dwell: 10 min, share: 50 %}
  C3: {floor: 70 %, step: 30 %, ramp: 0 s, dwell: 10 min, share: 50 %}
default: P4
luminaires:
  crossing: C3
"""
SIX = {"quay": ("l1", "l2", "l3", "l4", "l5", "l6")}
COMFORT = {"criticality": Criticality.NORMAL, "at_most_s": None, "group": "quay"}


class Line:
    """What leaves for the lamps: when, to whom, at which level. It loses nothing."""

    def __init__(self) -> None:
        self.sent: list[Command] = []

    def __call__(self, command: Command) -> bool:
        self.sent.append(command)
        return False


def quay(controller_of: Callable[..., Any], **fields: Any) -> tuple[Any, Line]:
    """Six lamps at 100 % by the default calendar, and what is sent to them from now on."""
    line = Line()
    made = controller_of(**({"groups": SIX, "now": AT, "limits": LIMITS, "loses": line} | fields))
    assert set(made.actual("quay")) == {100}
    line.sent.clear()
    return made, line


def shown(controller: Any, group: str = "quay") -> Counter[int | None]:
    return Counter(controller.actual(group))


def cut(controller: Any) -> list[tuple[str, str, int, int, int, int]]:
    changes = controller.published(OverrideChanged, "override_changed")
    return [
        (each.owner, each.cut, each.level, each.done, each.done_most, each.luminaires)
        for each in changes
        if each.state is OverrideState.CUT
    ]


def test_ordinary_changes_come_in_waves_and_in_steps(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller, _ = quay(controller_of)
    controller.take(hold(AT, level=45, lease_until=AT + HOUR, **COMFORT))
    assert shown(controller) == {70: 3, 100: 3}
    controller.run_until(AT + MINUTE - SECOND)
    assert shown(controller) == {70: 3, 100: 3}
    controller.run_until(AT + MINUTE)
    assert shown(controller) == {70: 6}
    controller.run_until(AT + 10 * MINUTE)
    assert shown(controller) == {45: 3, 70: 3}
    controller.run_until(AT + 11 * MINUTE)
    assert shown(controller) == {45: 6}
    assert controller.due == AT + HOUR, "nothing is looked at until something is to happen"


def test_emergency_lights_all_at_once_while_ordinary_changes_wait_for_their_share(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    groups = SIX | {"square": ("s1", "s2")}
    controller, line = quay(controller_of, groups=groups)
    controller.take(hold(AT, level=70, lease_until=AT + HOUR, **COMFORT))
    controller.run_until(AT + 10 * MINUTE)
    assert shown(controller) == {70: 6}
    line.sent.clear()
    # A normal rule may light half of the quay within this minute; then the flood comes.
    controller.take(hold(controller.now, override="walkers", level=90, lease_until=AT + HOUR, **COMFORT))
    assert shown(controller) == {90: 3, 70: 3}
    controller.now += SECOND
    flood = hold(controller.now, override="flood", group="quay", lease_until=AT + HOUR)
    controller.take(flood)
    assert shown(controller) == {100: 6}
    view = controller.group("quay").luminaires[0]
    assert (view.source, view.wanted, view.cuts) == ("flood", 100, ())
    assert (view.lost[0].by, view.lost[0].why) == ("walkers", "outranked")
    controller.run_until(controller.now + HOUR / 2)
    assert {command.level for command in line.sent} == {90, 100}
    assert len(line.sent) == 3 + 6


def test_what_is_exempt_takes_no_place_of_ordinary_changes(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    groups = {"quay": ("l1", "l2", "l3", "l4"), "part": ("l1", "l2")}
    limits = LIMITS + "zones:\n  - {id: all, groups: [quay, part]}\n"
    controller, _ = quay(controller_of, groups=groups, limits=limits)
    controller.take(hold(AT, override="dim", level=70, lease_until=AT + 3 * HOUR, **COMFORT))
    controller.run_until(AT + 20 * MINUTE)
    now = controller.now
    controller.take(
        hold(now, override="flood", group="part", lease_until=now + HOUR),
        hold(
            now, override="dimmer", level=50, lease_until=now + HOUR, **(COMFORT | {"criticality": Criticality.VITAL})
        ),
    )
    assert controller.actual("quay") == [100, 100, 50, 50], "two are exempt, and two of four may change"


@pytest.mark.parametrize("calendar", ["dusk", "sunset"])
def test_whole_street_lights_up_at_dusk_at_once(controller_of: Callable[..., Any], calendar: str) -> None:
    text = f"default: d\ncalendars:\n  - {{id: d, title: D, steps: {{{calendar}: 100 %, dawn: 0 %}}}}\n"
    line = Line()
    noon = datetime(2022, 1, 9, 12, tzinfo=UTC)
    controller = controller_of(groups=SIX, now=noon, text=text, limits=LIMITS, loses=line)
    assert shown(controller, "quay") == {0: 6}
    line.sent.clear()
    acted = controller.run_until(noon + 8 * HOUR)
    assert [command.level for command in line.sent] == [100] * 6
    assert acted[0] == controller.group("quay").luminaires[0].changed_at


def test_at_dawn_the_street_goes_out_in_waves_but_in_one_step(controller_of: Callable[..., Any]) -> None:
    controller, line = quay(controller_of)
    controller.run_until(AT + 7 * HOUR)
    assert [command.level for command in line.sent] == [0] * 6
    assert shown(controller) == {0: 6}


def test_what_burns_below_the_floor_by_day_is_raised_at_dusk(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    text = "default: d\ncalendars:\n  - {id: d, title: D, steps: {}}\n"
    noon = datetime(2022, 1, 9, 12, tzinfo=UTC)
    controller = controller_of(groups=SIX, now=noon, text=text, limits=LIMITS)
    controller.take(hold(noon, level=5, day=True, lease_until=noon + 24 * HOUR, **COMFORT))
    controller.run_until(noon + 3 * MINUTE)
    assert shown(controller) == {5: 6}
    controller.run_until(noon + 6 * HOUR)
    assert shown(controller) == {20: 6}
    assert controller.group("quay").luminaires[0].floor == 20
    controller.run_until(noon + 20 * HOUR)
    assert shown(controller) == {5: 6}, "and by day it is the rule's again"


def test_crossing_keeps_its_class_in_a_street_that_dims(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller, _ = quay(controller_of, groups={"quay": ("crossing", "l1")})
    controller.take(hold(AT, level=0, lease_until=AT + 3 * HOUR, **COMFORT))
    controller.run_until(AT + 2 * HOUR)
    assert controller.actual("quay") == [70, 20]


BYLAW = Extinction(
    id="quay",
    bylaw="an example",
    since=date(2022, 1, 1),
    until=None,
    begins=time(3, 45),
    ends=time(4, 15),
    groups=frozenset({"quay"}),
)
"""From an hour after AT, for half an hour."""


def test_bylaw_lifts_the_floor_and_its_end_brings_it_back_at_once(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller, _ = quay(controller_of, limits=LIMITS.replace("dwell: 10 min", "dwell: 1 min"))
    controller.calendars = replace(controller.calendars, bylaws=Bylaws((BYLAW,)))
    controller.know(SIX, revision=2)
    controller.take(hold(AT, level=0, lease_until=AT + 3 * HOUR, **COMFORT))
    controller.run_until(AT + HOUR - SECOND)
    assert shown(controller) == {20: 6}
    controller.run_until(AT + HOUR + 5 * MINUTE)
    assert shown(controller) == {0: 6}
    controller.run_until(AT + HOUR + 30 * MINUTE)
    assert shown(controller) == {20: 6}


def test_process_that_takes_over_in_the_middle_goes_on_where_the_other_was(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller, _ = quay(controller_of)
    controller.take(hold(AT, level=45, lease_until=AT + HOUR, **COMFORT))
    for second in (20, 40):
        controller.run_until(AT + second * SECOND)
        line = Line()
        controller.restart(loses=line)
        assert line.sent == [], "the share of this minute is used"
        assert shown(controller) == {70: 3, 100: 3}
    controller.run_until(AT + MINUTE)
    assert shown(controller) == {70: 6}
    controller.run_until(AT + 9 * MINUTE)
    line = Line()
    controller.restart(loses=line)
    assert line.sent == [], "the dwell has not passed"
    controller.run_until(AT + 11 * MINUTE)
    assert shown(controller) == {45: 6}


@pytest.mark.parametrize("leaves", [True, False], ids=["killed after it left", "killed before it left"])
def test_what_is_noted_as_sent_counts_although_the_process_dies(
    controller_of: Callable[..., Any], hold: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, leaves: bool
) -> None:
    controller, _ = quay(controller_of)

    def die(_database: Any, driver: Any, commands: Any, now: datetime, *_: Any) -> None:
        if leaves:
            driver.send(commands, now)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(acting, "_command", die)
        with pytest.raises(KeyboardInterrupt):
            controller.take(hold(AT, level=45, lease_until=AT + HOUR, **COMFORT))
    controller.now = AT + 5 * SECOND
    line = Line()
    controller.restart(loses=line)
    assert [(command.luminaire, command.level) for command in line.sent] == (
        [] if leaves else [("l1", 70), ("l2", 70), ("l3", 70)]
    ), "the same three, the same step"
    sent_at = AT if leaves else controller.now
    assert shown(controller) == {70: 3, 100: 3}
    controller.run_until(sent_at + MINUTE - SECOND)
    assert shown(controller) == {70: 3, 100: 3}, "the share counts from when it left at the latest"
    controller.run_until(sent_at + MINUTE)
    assert shown(controller) == {70: 6}
    controller.run_until(sent_at + 10 * MINUTE - SECOND)
    assert shown(controller) == {70: 6}
    controller.run_until(sent_at + 11 * MINUTE)
    assert shown(controller) == {45: 6}


def test_lamp_that_missed_a_step_gets_it_before_the_next(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    lost = {"l1"}
    controller = controller_of(groups=SIX, now=AT, limits=LIMITS, loses=lambda c: c.level < 100 and c.luminaire in lost)
    controller.take(hold(AT, level=45, lease_until=AT + 2 * HOUR, **COMFORT))
    controller.run_until(AT + 20 * MINUTE)
    assert controller.actual("quay") == [100, 45, 45, 45, 45, 45]
    view = controller.group("quay").luminaires[0]
    assert (view.wanted, view.target, view.cuts, view.fault) == (45, 70, ("step",), "communication")
    lost.clear()
    seen: dict[int, datetime] = {}
    while controller.now < AT + 45 * MINUTE:
        controller.run_until(controller.now + MINUTE)
        seen.setdefault(controller.actual("quay")[0], controller.now)
    assert list(seen)[-2:] == [70, 45]
    assert seen[45] - seen[70] >= 10 * MINUTE, "the dwell counts from the time at which it heard"


def test_commands_held_back_by_the_pace_take_no_more_than_the_share(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller, line = quay(controller_of)
    controller.tick = lambda: None
    controller.take(hold(AT, level=70, lease_until=AT + HOUR, **COMFORT))
    paces = Paces(driver=Pace(1))
    left: list[datetime] = []
    now = AT
    while now < AT + 3 * MINUTE:
        before = len(line.sent)
        acted = acting.act_on_due(
            controller.database, controller.driver, controller.calendars, controller.safety, now, paces=paces
        )
        paces, left = acted.paces, left + [now] * (len(line.sent) - before)
        now += SECOND
    assert [(moment - AT) / SECOND for moment in left] == [0, 1, 2, 60, 61, 62]


def test_owner_hears_once_for_each_override_and_limit(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller, _ = quay(controller_of)
    rule = COMFORT | {"owner": "mobilite", "level": 0}
    controller.take(hold(AT, lease_until=AT + 15 * MINUTE, **rule))
    assert cut(controller) == [
        ("mobilite", "floor", 0, 70, 100, 6),
        ("mobilite", "step", 0, 70, 70, 3),
    ]
    for minutes in range(5, 60, 5):
        controller.run_until(AT + minutes * MINUTE)
        now = AT + minutes * MINUTE
        controller.take(hold(now, lease_until=now + 15 * MINUTE, **rule))
    # The second step of each is held by the dwell as by the step: one word of it was enough.
    assert [item[1] for item in cut(controller)] == ["floor", "step"]
    controller.now += SECOND
    controller.take(hold(controller.now, lease_until=controller.now + HOUR, **(rule | {"level": 10})))
    assert cut(controller)[2:] == [("mobilite", "floor", 10, 20, 20, 6)], "another level is another matter"


def test_person_hears_too_and_calendars_are_nobodys(controller_of: Callable[..., Any]) -> None:
    controller, _ = quay(controller_of)
    assert cut(controller) == []
    demand = WantedOverride(group="quay", level=70, reason="tournage", lasts="1 h")
    override_group(controller.database, demand, LUCIE, AT)
    controller.tick()
    controller.run_until(AT + 5 * MINUTE)
    assert cut(controller) == [], "two waves a minute apart are nobody's worry"
    override_group(controller.database, WantedOverride(group="quay", level=20, reason="film", lasts="1 h"), LUCIE,
                   controller.now)  # fmt: skip
    controller.tick()
    assert cut(controller) == [], "of two persons' wishes the brighter wins"


def test_delay_of_a_dimming_is_told_with_what_is_done_instead(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller, _ = quay(controller_of)
    controller.take(hold(AT, level=80, lease_until=AT + HOUR, **COMFORT))
    controller.run_until(AT + 2 * MINUTE)
    controller.take(hold(controller.now, override="second", level=60, lease_until=AT + HOUR,
                         **(COMFORT | {"criticality": Criticality.VITAL})))  # fmt: skip
    assert cut(controller) == [("gemapi", "dwell", 60, 80, 80, 6)]
    view = controller.group("quay").luminaires[0]
    assert (view.wanted, view.target, view.cuts, view.look_at) == (60, 80, ("dwell",), AT + 10 * MINUTE)


def test_group_that_is_decided_again_sends_and_tells_nothing_new(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller, line = quay(controller_of)
    controller.take(hold(AT, level=0, lease_until=AT + 3 * HOUR, **COMFORT))
    controller.run_until(AT + 2 * HOUR)
    lamps, sent, told = controller.group("quay").luminaires, len(line.sent), len(cut(controller))
    changes = len(controller.changes())
    controller.know(SIX, revision=2)
    assert controller.group("quay").luminaires == lamps
    assert (len(line.sent), len(cut(controller))) == (sent, told)
    assert len(controller.changes()) == changes
