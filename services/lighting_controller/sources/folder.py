"""Reads the files of ``rules/lighting/``, all together or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.energy.loading_models import load_models
from services.lighting_controller.domain.energy.luminaire_model import Models
from services.lighting_controller.domain.envelope.limits import RoadLimits
from services.lighting_controller.domain.envelope.loading_limits import load_limits
from services.lighting_controller.domain.network.cabinet import Cabinets
from services.lighting_controller.domain.network.loading_cabinets import load_cabinets
from shared.errors import ProblemsFound
from shared.problems import Problem
from shared.runtime.settings import shipped_rules

_log: Final = logging.getLogger(__name__)
CALENDARS: Final = "lighting/calendars.yaml"
LIMITS: Final = "lighting/limits.yaml"
CABINETS: Final = "lighting/cabinets.yaml"
MODELS: Final = "lighting/models.yaml"
FILES: Final = (CALENDARS, LIMITS, CABINETS, MODELS)

T = TypeVar("T")


@dataclass(frozen=True)
class Written:
    """What the files say.

    Attributes:
        models: None: the city has no ``models.yaml``, so nobody knows what its luminaires draw.
    """

    calendars: Calendars
    limits: RoadLimits
    cabinets: Cabinets
    models: Models | None


def read_written(rules_dir: Path) -> Written:
    """Read all.

    A folder that has no ``limits.yaml`` has the shipped one's: no street is without limits because nobody wrote any. A
    city without ``cabinets.yaml`` has cabinets that always have power. Calendars there must be.

    Raises:
        ProblemsFound: with all faults of all files.
        OSError: a file can't be read, or there are no calendars.
        UnicodeDecodeError: a file is no text.
    """
    reading = _Reading(rules_dir)
    calendars = reading.read(CALENDARS, load_calendars)
    limits = reading.read(LIMITS, load_limits, _with_limits(rules_dir))
    cabinets = reading.read(CABINETS, load_cabinets) if (rules_dir / CABINETS).exists() else Cabinets()
    models = reading.read(MODELS, load_models) if (rules_dir / MODELS).exists() else None
    if reading.problems or calendars is None or limits is None or cabinets is None:
        raise ProblemsFound(reading.problems)
    for warning in calendars.warnings:
        _log.warning("a calendar of lights wants a look", extra={"what": str(warning)})
    return Written(calendars, limits, cabinets, models)


def _with_limits(rules_dir: Path) -> Path:
    if (rules_dir / LIMITS).exists():
        return rules_dir
    _log.warning("the rules folder has no limits of lighting: the shipped ones bind", extra={"file": LIMITS})
    return shipped_rules()


class _Reading:
    """Reads one file after the other, and keeps what is wrong in any."""

    def __init__(self, rules_dir: Path) -> None:
        self.problems: list[Problem] = []
        self._rules_dir = rules_dir

    def read(self, name: str, load: Callable[[str, str], T], folder: Path | None = None) -> T | None:
        """What the file says; None: it is wrong."""
        try:
            return load(((folder or self._rules_dir) / name).read_text(encoding="utf-8"), name)
        except ProblemsFound as found:
            self.problems += found.problems
            return None
