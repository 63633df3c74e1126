"""People override a street, and let it go again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.lighting_controller.domain.order_wanted import BadOrder, WantedOverride
from services.lighting_controller.use_cases.override_group import override_group, resume_group
from shared.actor import Actor
from shared.errors import Forbidden, NotFound
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
