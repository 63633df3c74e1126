"""The models of luminaires and the prices of energy, read from ``lighting/models.yaml``; each fault with its place."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, Final

from services.lighting_controller.domain.energy.loading_prices import read_prices
from services.lighting_controller.domain.energy.luminaire_model import Curve, LuminaireModel, Models
from services.lighting_controller.domain.reading import Faulty, Reading, among, begin
from services.lighting_controller.domain.reading_quantities import duration, percent, quantity
from shared.documents import Path
from shared.errors import ProblemsFound

_BY: Final = ("luminaires", "tags", "devices", "groups")
_KEYS: Final = ("id", "title", "watts", "life", *_BY)
_SILENT_AFTER: Final = timedelta(hours=2)
_SECOND: Final = timedelta(seconds=1)
_MOST_W: Final = 5_000.0
_DARK: Final = Curve(((0, 0.0), (100, 0.0)))

Assigned = dict[str, dict[str, LuminaireModel]]
"""By each sort of name, whom a model is for."""


def load_models(text: str, file: str) -> Models:
    """Read the file.

    Raises:
        ProblemsFound: with all faults.
    """
    reading = begin(text, file, ["models"], ["default", "silent_after", "prices"])
    assigned: Assigned = {by: {} for by in _BY}
    models = _models(reading, assigned)
    prices = read_prices(reading)
    silent_after = _time(reading, ("silent_after",), "silent-after", "for example 2 h")
    known = among(models, "unknown-model", "model", "name the model of all luminaires that have none")
    default = reading.attempt(("default",), known, reading.at(("default",)))
    if default is None or reading.problems:
        raise ProblemsFound(reading.problems)
    return Models(
        default=models[default],
        by_luminaire=assigned["luminaires"],
        by_tag=assigned["tags"],
        by_device=assigned["devices"],
        by_group=assigned["groups"],
        prices=prices,
        silent_after=silent_after or _SILENT_AFTER,
    )


def _models(reading: Reading, assigned: Assigned) -> dict[str, LuminaireModel]:
    models: dict[str, LuminaireModel] = {}
    for path in reading.entries("models", "a model: id, title, watts", _KEYS, ("id", "title")):
        entry = reading.at(path)
        if not isinstance(entry.get("watts"), dict):
            reading.note((*path, "watts"), "shape", "'watts' must be watts, by level")
            continue
        life = _time(reading, (*path, "life"), "life", "for example 100000 h")
        model = LuminaireModel(entry["id"], entry["title"], _curve(reading, (*path, "watts")), life)
        if model.id in models:
            reading.note((*path, "id"), "double-id", f"a second model '{model.id}'")
        models[model.id] = model
        for by in _BY:
            _assign(reading, (*path, by), model, assigned[by])
    return models


def _time(reading: Reading, path: Path, slug: str, hint: str) -> timedelta | None:
    value = reading.at(path)
    read = partial(duration, slug=slug, hint=hint, least=_SECOND)
    return None if value is None else reading.attempt(path, read, value)


def _assign(reading: Reading, path: Path, model: LuminaireModel, assigned: dict[str, LuminaireModel]) -> None:
    for index, name in enumerate(reading.ids(path)):
        if name in assigned:
            reading.note((*path, index), "double-model", f"'{name}' is of '{assigned[name].id}' already")
        assigned[name] = model


def _curve(reading: Reading, path: Path) -> Curve:
    points: list[tuple[int, float]] = []
    before = len(reading.problems)
    for key, value in reading.at(path).items():
        level = reading.attempt((*path, key), partial(_level, points), key, key=True)
        watts = None if level is None else reading.attempt((*path, key), partial(_watts, points), value)
        if level is not None and watts is not None:
            points.append((level, watts))
    if len(reading.problems) == before and [level for level, _ in (*points[:1], *points[-1:])] != [0, 100]:
        message = "a curve tells the watts at 0 % (when it is dark) and at 100 %"
        reading.note(path, "curve-ends", message, "0 %: 0.5 W, 100 %: 45 W")
    return Curve(tuple(points)) if points else _DARK


def _level(before: list[tuple[int, float]], key: str) -> int:
    level = percent(key, "curve-level")
    if before and level <= before[-1][0]:
        raise Faulty("curve-level", f"'{key}' comes after {before[-1][0]} %", "the lowest level stands first")
    return level


def _watts(before: list[tuple[int, float]], value: Any) -> float:
    watts = quantity(value, "W", "curve-watts", "for example 22.5 W")
    if not 0 <= watts <= _MOST_W:
        raise Faulty("curve-watts", f"'{value}' is nothing that a luminaire draws: 0 W to {_MOST_W:g} W")
    if before and watts < before[-1][1]:
        message = f"'{value}' is less than at {before[-1][0]} %: a brighter lamp draws no less"
        raise Faulty("curve-watts", message)
    return watts
