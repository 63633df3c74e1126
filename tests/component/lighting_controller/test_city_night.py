"""A night of a whole city, from noon to noon with the clocks going back: no law of the lights is broken whatever gets
lost, goes away, is asked or is killed. ``make soak`` has the same with 5,000 luminaires."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.component.lighting_controller.night.city import NOON
from tests.component.lighting_controller.night.trial import KILLS, Trial

_UNBOUND = """
classes:
  P6: {floor: 0 %, step: 100 %, ramp: 0 s, dwell: 0 s, share: 100 %}
default: P6
"""


@pytest.mark.slow
def test_no_law_is_broken_in_a_night_of_losses_outages_kills_and_random_orders(tmp_path: Path) -> None:
    found = Trial(tmp_path / "lighting_controller.sqlite", luminaires=100, seed=1).run()
    assert found["broken"] == {}, found["examples"]
    assert (found["kills"], found["good"]) == (KILLS, True)
    assert min(found["looks"]["quiet"], found["commands"], found["retries"], found["lost"]) > 50


def test_controller_without_limits_is_seen_to_break_them(tmp_path: Path) -> None:
    evening = NOON + timedelta(hours=11)
    found = Trial(tmp_path / "l.sqlite", luminaires=40, seed=1, until=evening, limits=_UNBOUND).run()
    assert {"floor", "step", "share"} <= set(found["broken"])
