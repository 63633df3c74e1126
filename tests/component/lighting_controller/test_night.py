"""The flood night as it went: what was planned, wanted, reported and used, by whose order, and what failed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.console.night_drawing import draw_night
from services.lighting_controller.domain.loading_models import load_models
from services.lighting_controller.use_cases.count_energy import Circumstances, count_energy
from services.lighting_controller.use_cases.show_night import NightAnswer, show_night
from shared.runtime.settings import shipped_rules

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOON = datetime(2022, 1, 9, 11, 0, tzinfo=UTC)
FIRES = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
controllers: list[Any] = []
LAMPS = tuple(f"berge-{number:02}" for number in range(1, 13))


def circumstances(controller: Any) -> Circumstances:
    text = (shipped_rules() / "lighting" / "models.yaml").read_text(encoding="utf-8")
    return Circumstances(load_models(text, "models.yaml"), controller.calendars)


@pytest.fixture
def flood(
    controller_of: Callable[..., Any], hold: Callable[..., Any], release: Callable[..., Any]
) -> tuple[Any, NightAnswer]:
    """The rule holds the bank at 100 % from 02:45 to 04:20; one lamp is stuck, one hears nothing from 22:00 on."""
    deaf_from = NOON + 10 * HOUR
    controller = controller_of(
        {"berges-garonne": LAMPS},
        now=NOON,
        stuck=("berge-04",),
        loses=lambda command: command.luminaire == "berge-07" and bool(controllers) and controllers[-1].now > deaf_from,
    )
    controllers.append(controller)
    moment = FIRES
    while moment < FIRES + 95 * MINUTE:
        controller.run_until(moment)
        controller.take(hold(moment))
        moment += 5 * MINUTE
    controller.run_until(moment)
    controller.take(release(moment))
    controller.run_until(NOON + 25 * HOUR)
    by = circumstances(controller)
    while (due := count_energy(controller.database, by, controller.now).next_due) <= controller.now:
        assert due == controller.now
    return controller, show_night(controller.database, by, "berges-garonne", date(2022, 1, 9), controller.now)


def test_it_is_drawn(flood: tuple[Any, NightAnswer], tmp_path: Any) -> None:
    drawn = draw_night(msgspec.to_builtins(flood[1]))
    (tmp_path / "night.svg").write_text(drawn, encoding="utf-8")
