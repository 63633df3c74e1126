"""People override a street, and let it go again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.lighting_controller.domain.orders.order_wanted import BadOrder, WantedOverride
from services.lighting_controller.use_cases.override_group import end_override, override_group, resume_group
from services.lighting_controller.use_cases.show_overrides import show_overrides
from shared.actor import Actor
from shared.errors import Forbidden, InputError, NotFound
from shared.model.alerts import Criticality
from shared.model.lighting import OverrideChanged

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
LUCIE = Actor("operator:lucie", "eclairage")


def demand(**fields: Any) -> WantedOverride:
    values = {"group": "berges-garonne", "level": 30, "reason": "tournage", "lasts": "2 h"}
    return WantedOverride(**(values | fields))


def test_operator_beats_a_vital_rule_until_the_expiration(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT)
    controller.take(hold(AT, lease_until=AT + timedelta(hours=3)))
    identifier = override_group(controller.database, demand(), LUCIE, AT).override
    controller.tick()
    assert controller.actual() == [30, 30, 30]
    assert controller.group().source == identifier
    assert controller.group().until == AT + timedelta(hours=2)
    controller.run_until(AT + timedelta(hours=2))
    assert controller.actual() == [100, 100, 100]


def test_override_that_starts_later_waits(controller_of: Callable[..., Any]) -> None:
    controller = controller_of(now=AT)
    override_group(controller.database, demand(start=(AT + timedelta(hours=1)).isoformat()), LUCIE, AT)
    controller.tick()
    assert controller.actual() == [50, 50, 50]
    controller.run_until(AT + timedelta(hours=1))
    assert controller.actual() == [30, 30, 30]
    states = [(change.state.value, change.at) for change in controller.published(OverrideChanged, "override_changed")]
    assert states == [("started", AT + timedelta(hours=1))]


def test_resume_ends_what_people_overrode_and_leaves_rules_alone(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT)
    controller.take(hold(AT))
    identifier = override_group(controller.database, demand(), LUCIE, AT).override
    controller.tick()
    assert resume_group(controller.database, "berges-garonne", LUCIE, AT).ended == (identifier,)
    controller.tick()
    assert controller.actual() == [100, 100, 100]
    assert [override.override for override in controller.group().overrides] == ["flood"]


def test_who_overrode_and_resumed_is_in_the_audit(controller_of: Callable[..., Any]) -> None:
    controller = controller_of(now=AT)
    override_group(controller.database, demand(), LUCIE, AT)
    resume_group(controller.database, "berges-garonne", LUCIE, AT)
    with controller.database.transaction() as transaction:
        rows = transaction.connection.exec_driver_sql("SELECT actor, act, subject FROM audit ORDER BY id").all()
    assert [tuple(row) for row in rows] == [
        ("operator:lucie", "override", "berges-garonne"),
        ("operator:lucie", "resume", "berges-garonne"),
    ]


@pytest.mark.parametrize(
    ("fields", "actor", "error"),
    [
        pytest.param({"level": 101}, LUCIE, BadOrder, id="more than all"),
        pytest.param({"level": -1}, LUCIE, BadOrder, id="less than nothing"),
        pytest.param({"reason": " "}, LUCIE, BadOrder, id="no reason"),
        pytest.param({"lasts": None, "expiration": AT.isoformat()}, LUCIE, BadOrder, id="expires at once"),
        pytest.param({"expiration": "2022-01-10 09:00"}, LUCIE, BadOrder, id="two ends"),
        pytest.param({"lasts": None}, LUCIE, BadOrder, id="no end"),
        pytest.param({"lasts": "32 d"}, LUCIE, BadOrder, id="too long"),
        pytest.param({"ramp_s": -1.0}, LUCIE, BadOrder, id="ramp back in time"),
        pytest.param({"level": None}, LUCIE, BadOrder, id="no level, and yet an end"),
        pytest.param({"group": "nowhere"}, LUCIE, NotFound, id="no such group"),
        pytest.param({}, Actor("officer:max", "gemapi"), Forbidden, id="another directorate's"),
    ],
)
def test_demand_that_can_not_be_met_is_refused_and_changes_nothing(
    controller_of: Callable[..., Any], fields: dict[str, Any], actor: Actor, error: type[Exception]
) -> None:
    controller = controller_of(now=AT)
    before = controller.rows()
    with pytest.raises(error):
        override_group(controller.database, demand(**fields), actor, AT)
    assert controller.rows() == before


def test_resume_is_refused_to_another_directorate(controller_of: Callable[..., Any]) -> None:
    with pytest.raises(Forbidden):
        resume_group(controller_of(now=AT).database, "berges-garonne", Actor("officer:max", "gemapi"), AT)


def test_an_order_without_a_level_resumes(controller_of: Callable[..., Any]) -> None:
    controller = controller_of(now=AT)
    first = override_group(controller.database, demand(), LUCIE, AT).override
    later = override_group(controller.database, demand(start=(AT + timedelta(hours=1)).isoformat()), LUCIE, AT).override
    empty = WantedOverride(group="berges-garonne")
    ended = override_group(controller.database, empty, LUCIE, AT).ended
    assert set(ended) == {first, later}, "what is to come is taken back too"
    controller.tick()
    controller.run_until(AT + timedelta(hours=1, minutes=1))
    assert controller.actual() == [50, 50, 50]
    assert override_group(controller.database, empty, LUCIE, AT).ended == ()


def test_of_two_operators_the_brighter_wins_and_the_other_follows_when_it_is_over(
    controller_of: Callable[..., Any],
) -> None:
    controller = controller_of(now=AT)
    override_group(controller.database, demand(level=80, lasts="1 h"), LUCIE, AT)
    override_group(controller.database, demand(level=30), Actor("operator:max", "eclairage"), AT)
    controller.tick()
    assert controller.actual() == [80, 80, 80]
    controller.run_until(AT + timedelta(hours=1))
    assert controller.actual() == [30, 30, 30]
    by = {item.by for item in show_overrides(controller.database, controller.calendars, controller.now).overrides}
    assert by == {"operator:max"}


def test_one_of_two_overrides_is_ended_and_a_rules_is_not(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT)
    controller.take(hold(AT))
    first = override_group(controller.database, demand(level=80), LUCIE, AT).override
    second = override_group(controller.database, demand(level=60), LUCIE, AT).override
    assert end_override(controller.database, first, LUCIE, AT).ended == (first,)
    controller.tick()
    assert controller.group().source == second
    with pytest.raises(InputError, match="the rule"):
        end_override(controller.database, "flood", LUCIE, AT)
    with pytest.raises(NotFound):
        end_override(controller.database, "nothing", LUCIE, AT)
    with pytest.raises(Forbidden):
        end_override(controller.database, second, Actor("officer:max", "gemapi"), AT)


def test_a_rule_whose_lease_ended_is_not_shown_and_lets_the_light_go(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT)
    controller.take(hold(AT))
    shown = show_overrides(controller.database, controller.calendars, AT + timedelta(minutes=10)).overrides
    assert [(item.override, item.source, item.used_s) for item in shown] == [("flood", "vital-rule", 600.0)]
    controller.run_until(AT + timedelta(minutes=15))
    assert controller.actual() == [50, 50, 50]
    assert show_overrides(controller.database, controller.calendars, controller.now).overrides == ()


@pytest.mark.parametrize(
    ("now", "end", "lit_s"),
    [
        pytest.param(
            "2022-10-30T01:30:00+02:00", "2022-10-30T04:30:00+01:00", 4 * 3600, id="the hour that comes twice"
        ),
        pytest.param("2022-03-27T01:30:00+01:00", "2022-03-27T06:30:00+02:00", 4 * 3600, id="the hour that is skipped"),
    ],
)
def test_hours_of_an_order_and_lit_time_are_hours_that_pass(
    controller_of: Callable[..., Any], hold: Callable[..., Any], now: str, end: str, lit_s: float
) -> None:
    at, until = (datetime.fromisoformat(text).astimezone(UTC) for text in (now, end))
    controller = controller_of(now=at)
    override_group(controller.database, demand(lasts="4 h"), LUCIE, at)
    rule = {"criticality": Criticality.NORMAL, "at_most_s": float(lit_s), "lease_until": until + timedelta(hours=1)}
    controller.take(hold(at, **rule))
    controller.run_until(until - timedelta(seconds=1))
    assert controller.actual() == [30, 30, 30]
    controller.run_until(until)
    told = [(change.state.value, change.at) for change in controller.published(OverrideChanged, "override_changed")]
    assert {("used-up", until), ("expired", until)} <= set(told)
