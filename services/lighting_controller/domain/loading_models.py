"""The models of luminaires and the prices of energy, read from ``lighting/models.yaml``; each fault with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from services.lighting_controller.domain.loading_prices import read_prices
from services.lighting_controller.domain.luminaire_model import Curve, LuminaireModel, Models
from services.lighting_controller.domain.reading_quantities import Misread, duration, quantity
from shared import documents
from shared.documents import Document, Path, did_you_mean
from shared.errors import ProblemsFound
from shared.problems import Problem

_KEYS: Final = ("id", "title", "watts", "life", "luminaires", "tags", "devices", "groups")
_BY: Final = ("luminaires", "tags", "devices", "groups")
_SILENT_AFTER: Final = timedelta(hours=2)
_MOST_W: Final = 5_000.0


def load_models(text: str, file: str) -> Models:
    """Read the file.

    Raises:
        ProblemsFound: with all faults.
    """
    document = documents.read(text, file)
    if not isinstance(document.data, dict) or not isinstance(document.data.get("models"), list):
        raise ProblemsFound([document.problem((), "shape", "expected a list under models:")])
    problems = list(document.unknown_keys((), ["default", "silent_after", "models", "prices"]))
    models: dict[str, LuminaireModel] = {}
    assigned: dict[str, dict[str, LuminaireModel]] = {by: {} for by in _BY}
    for index in range(len(document.data["models"])):
        problems.extend(_model(document, ("models", index), models, assigned))
    prices, faults = read_prices(document)
    silent_after, more = _silent_after(document)
    problems += faults + more
    default = document.data.get("default")
    if not isinstance(default, str) or default not in models:
        hint = did_you_mean(str(default), models) or "name the model of all luminaires that have none"
        problems.append(document.problem(("default",), "unknown-model", f"no model '{default}'", hint))
        raise ProblemsFound(problems)
    if problems:
        raise ProblemsFound(problems)
    return Models(
        default=models[default],
        by_luminaire=assigned["luminaires"],
        by_tag=assigned["tags"],
        by_device=assigned["devices"],
        by_group=assigned["groups"],
        prices=prices,
        silent_after=silent_after,
    )


def _silent_after(document: Document) -> tuple[timedelta, list[Problem]]:
    value = document.data.get("silent_after")
    if value is None:
        return _SILENT_AFTER, []
    try:
        return duration(value), []
    except Misread as fault:
        return _SILENT_AFTER, [document.problem(("silent_after",), "silent-after", str(fault), "for example 2 h")]


def _model(
    document: Document,
    path: Path,
    models: dict[str, LuminaireModel],
    assigned: dict[str, dict[str, LuminaireModel]],
) -> list[Problem]:
    """Add the model at the path; what is wrong with it."""
    if shape := list(_shape(document, path)):
        return shape
    entry = document.data["models"][path[-1]]
    curve, problems = _curve(document, (*path, "watts"), entry["watts"])
    life = None
    if entry.get("life") is not None:
        try:
            life = duration(entry["life"])
        except Misread as fault:
            problems.append(document.problem((*path, "life"), "life", str(fault), "for example 100000 h"))
    model = LuminaireModel(entry["id"], entry["title"], curve, life)
    if model.id in models:
        problems.append(document.problem((*path, "id"), "double-id", f"a second model '{model.id}'"))
    models[model.id] = model
    for by in _BY:
        problems.extend(_assign(document, (*path, by), model, entry.get(by, []), assigned[by]))
    return problems


def _assign(
    document: Document, path: Path, model: LuminaireModel, names: Iterable[str], assigned: dict[str, LuminaireModel]
) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in assigned:
            yield document.problem((*path, index), "double-model", f"'{name}' is of '{assigned[name].id}' already")
        assigned[name] = model


def _shape(document: Document, path: Path) -> Iterator[Problem]:
    entry = document.data["models"][path[-1]]
    if not isinstance(entry, dict):
        yield document.problem(path, "shape", "expected a model: id, title, watts")
        return
    yield from document.unknown_keys(path, _KEYS)
    for key, kind, words in (("id", str, "a text"), ("title", str, "a text"), ("watts", dict, "watts, by level")):
        if not isinstance(entry.get(key), kind):
            yield document.problem((*path, key), "shape", f"'{key}' must be {words}")
    for by in _BY:
        names = entry.get(by, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            yield document.problem((*path, by), "shape", f"'{by}' must be a list of ids")


def _curve(document: Document, path: Path, watts: dict[str, Any]) -> tuple[Curve, list[Problem]]:
    points: list[tuple[int, float]] = []
    problems: list[Problem] = []
    for key, value in watts.items():
        try:
            level = _level(key, points)
        except Misread as fault:
            hint = "levels from 0 % to 100 %, the lowest first"
            problems.append(document.problem((*path, key), "curve-level", str(fault), hint, key=True))
            continue
        try:
            points.append((level, _watts(value, points)))
        except Misread as fault:
            problems.append(document.problem((*path, key), "curve-watts", str(fault), "for example 22.5 W"))
    if not problems and [level for level, _ in (*points[:1], *points[-1:])] != [0, 100]:
        message = "a curve tells the watts at 0 % (when it is dark) and at 100 %"
        problems.append(document.problem(path, "curve-ends", message, "0 %: 0.5 W, 100 %: 45 W"))
    return Curve(tuple(points) or ((0, 0.0), (100, 0.0))), problems


def _level(key: str, before: list[tuple[int, float]]) -> int:
    level = quantity(key, "%")
    if level not in range(101):
        raise Misread(f"'{key}' is not a whole number from 0 % to 100 %")
    if before and level <= before[-1][0]:
        raise Misread(f"'{key}' comes after {before[-1][0]} %")
    return int(level)


def _watts(value: Any, before: list[tuple[int, float]]) -> float:
    watts = quantity(value, "W")
    if not 0 <= watts <= _MOST_W:
        raise Misread(f"'{value}' is nothing that a luminaire draws: 0 W to {_MOST_W:g} W")
    if before and watts < before[-1][1]:
        raise Misread(f"'{value}' is less than at {before[-1][0]} %: a brighter lamp draws no less")
    return watts
