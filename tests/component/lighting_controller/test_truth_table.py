"""The truth table of arbitration, by what the lamps do: all pairs of sources, whatever their levels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from services.lighting_controller.domain.orders.order_wanted import WantedEmergency, WantedOverride
from services.lighting_controller.use_cases.call_emergency import call_emergency
from services.lighting_controller.use_cases.override_group import override_group
from shared.actor import Actor
from shared.model.alerts import Criticality

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
ORDER = ("emergency", "operator", "vital", "normal", "comfort", "calendar")
"""The strongest first. The calendar has the bank at 50 % then."""


@pytest.fixture
def ordered(controller_of: Callable[..., Any], hold: Callable[..., Any]) -> Callable[..., Any]:
    """A function that gives a controller to which these sources gave these levels, in this order."""

    def make(*given: tuple[str, int]) -> Any:
        controller = controller_of(now=AT)
        for number, (source, level) in enumerate(given):
            if source == "emergency":
                wanted = WantedEmergency(groups=["berges-garonne"], level=level, reason="feu")
                call_emergency(controller.database, wanted, Actor("emergency:sdis", "", emergency=True), AT)
            elif source == "operator":
                override = WantedOverride(group="berges-garonne", level=level, reason="essai", lasts="1 h")
                override_group(controller.database, override, Actor("operator:lucie"), AT)
            elif source != "calendar":
                rule = {"criticality": Criticality(source), "override": f"{source}-{number}", "level": level}
                controller.take(hold(AT, lease_until=AT + timedelta(hours=1), **rule))
        controller.tick()
        return controller

    return make


@pytest.mark.parametrize(("stronger", "weaker"), list(combinations(ORDER, 2)))
@pytest.mark.parametrize("levels", [(20, 90), (90, 20)], ids=["dimmer", "brighter"])
def test_the_stronger_of_two_decides_whoever_came_first(
    ordered: Callable[..., Any], stronger: str, weaker: str, levels: tuple[int, int]
) -> None:
    up, down = levels
    one, other = (stronger, up), (weaker, down)
    controller = ordered(one, other)
    group = controller.group()
    assert controller.actual() == [up] * 3
    lost = {item.level for item in group.lost}
    assert lost == ({50} if weaker == "calendar" else {down, 50}), "what lost is shown"


@pytest.mark.parametrize("source", ORDER[:-1])
def test_of_two_equals_the_brighter_decides_whoever_came_first(ordered: Callable[..., Any], source: str) -> None:
    controller = ordered((source, 80), (source, 30))
    assert controller.actual() == [80] * 3
    assert {(item.level, item.why) for item in controller.group().lost} == {(30, "dimmer"), (50, "outranked")}


@pytest.mark.parametrize("three", list(combinations(ORDER[:-1], 3)))
def test_of_three_the_strongest_decides_and_two_lost(ordered: Callable[..., Any], three: tuple[str, ...]) -> None:
    levels = dict(zip(three, (30, 60, 90), strict=True))
    controller = ordered(*reversed(levels.items()))
    assert controller.actual() == [30] * 3
    assert [item.level for item in controller.group().lost] == [60, 90, 50]
