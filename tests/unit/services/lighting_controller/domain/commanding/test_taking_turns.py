"""Who goes first where not all may change within a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.commanding.taking_turns import confine_each
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.envelope.sharing import Shares
from services.lighting_controller.domain.luminaire import Confined, Luminaire, Told
from services.lighting_controller.domain.road_class import Cut, RoadClass

MINUTE = timedelta(minutes=1)
P4 = RoadClass(name="P4", floor=0, step=100, ramp=timedelta(), dwell=timedelta(), share=1)
SURVEY = Survey(P4, {}, {"a": ("z",), "b": ("z",)}, {"z": 1})


def lamp(name: str, t0: datetime, source: Source, waits: timedelta | None) -> Luminaire:
    """At 100 %, wanted at 50 %, and held up for so long."""
    confined = Confined() if waits is None else Confined((Cut.SHARE,), t0 - waits, t0)
    told = Told(100, 100, t0 - 60 * MINUTE)
    return Luminaire(id=name, wanted=Wish(source, 50, "o", "g"), told=told, feedback=100, confined=confined)


@pytest.mark.parametrize(
    ("second", "waits", "first"),
    [
        pytest.param(Source.COMFORT_RULE, None, "a", id="by name"),
        pytest.param(Source.COMFORT_RULE, 2 * MINUTE, "b", id="who waits longer"),
        pytest.param(Source.OPERATOR, None, "b", id="the stronger wish"),
        pytest.param(Source.CALENDAR, 9 * MINUTE, "a", id="not the weaker one however long it waits"),
    ],
)
def test_the_place_of_a_minute_goes_to(t0: datetime, second: Source, waits: timedelta | None, first: str) -> None:
    lamps = [lamp("a", t0, Source.COMFORT_RULE, MINUTE if waits else None), lamp("b", t0, second, waits)]
    _, counting = confine_each(lamps, SURVEY, Shares(SURVEY, {}, t0), t0)
    assert counting == {first}
