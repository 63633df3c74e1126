"""Checks what the lighting controller reads, by itself and against the inventory, and rules against its limits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from services.console.checking_calendars import problems_of_lights
from services.console.checking_equipment import problems_of_equipment
from services.console.lighting_files import CALENDARS
from services.console.text_files import named, text_of
from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.envelope.limits import RoadLimits, survey
from services.lighting_controller.domain.envelope.loading_limits import load_limits
from services.lighting_controller.domain.fixture import fixtures_in
from services.lighting_controller.domain.group import groups_in
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.examining.lights import lit_luminaires
from services.rules_engine.domain.rule import Rule
from shared import documents
from shared.documents import Path as Where
from shared.documents import did_you_mean
from shared.errors import ProblemsFound
from shared.model.registry import Inventory
from shared.problems import Problem

LIMITS: Final = "lighting/limits.yaml"
_BELOW: Final = "level-below-floor"
_UNKNOWN: Final = {
    "group": "aucun groupe de luminaires « {} » dans l'inventaire / no group of luminaires of that name",
    "luminaire": "aucun luminaire « {} » dans l'inventaire / no luminaire of that name",
    "area": "aucune zone « {} » dans l'inventaire / no area of that name",
}

T = TypeVar("T")


@dataclass(frozen=True)
class LightingReport:
    """What came of a check.

    Attributes:
        groups: how many groups of luminaires the inventory has.
        texts: of the files, by their names.
    """

    groups: int
    problems: tuple[Problem, ...]
    texts: dict[str, str]

    def count(self, severity: str) -> int:
        return sum(problem.severity == severity for problem in self.problems)


def check_lighting(folder: Path) -> LightingReport:
    """Check the files of a folder of rules; one without limits has the shipped ones, which are checked elsewhere.

    Raises:
        InputError: a file can't be read, or is no text.
        ProblemsFound: the inventory has errors; ``vigie rules check`` shows them.
    """
    inventory = load_inventory(read_folder(folder))
    texts: dict[str, str] = {}
    problems = problems_of_lights(folder, inventory, texts) + problems_of_equipment(folder, inventory, texts)
    calendars, _ = _loaded(folder / CALENDARS, load_calendars, texts)
    if not (folder / LIMITS).is_file():
        return LightingReport(len(groups_in(inventory)), tuple(problems), texts)
    limits, more = _loaded(folder / LIMITS, load_limits, texts)
    problems += more
    if limits is not None:
        problems += _strangers(texts[named(folder / LIMITS)], named(folder / LIMITS), inventory)
    if limits is not None and calendars is not None:
        file = named(folder / CALENDARS)
        problems += _dim_calendars(texts[file], file, calendars, limits, inventory)
    return LightingReport(len(groups_in(inventory)), tuple(problems), texts)


def dim_rules(folder: Path, rules: Iterable[Rule], known: Known) -> Iterator[Problem]:
    """A warning at each level that a rule asks for and the limits of the folder will raise at night."""
    if known.inventory is None or not (folder / LIMITS).is_file():
        return
    limits, _ = _loaded(folder / LIMITS, load_limits, {})
    if limits is None:
        return
    surveyed = survey(limits, known.inventory)
    for rule in rules:
        for _, _, action, place in rule.lights:
            floors = [surveyed.class_of(luminaire).floor for luminaire in lit_luminaires(action, known)]
            raised = [floor for floor in floors if action.level < floor]
            # A crossing among many lamps is kept brighter on purpose.
            if raised and 2 * len(raised) >= len(floors):
                message = (
                    f"{action.level} % : sous le minimum de nuit de {len(raised)} luminaires sur {len(floors)} / "
                    f"below the floor of {len(raised)} of {len(floors)} luminaires at night"
                )
                hint = (
                    f"la nuit ils restent à leur minimum ({LIMITS}), {max(raised)} % au plus / "
                    f"at night they stay at their floor; it is {max(raised)} % at most"
                )
                yield place.problem(_BELOW, message, "level", hint=hint, severity="warning")


def _loaded(
    file: Path, load: Callable[[str, str], T], texts: MutableMapping[str, str]
) -> tuple[T | None, list[Problem]]:
    texts[named(file)] = text_of(file)
    try:
        return load(texts[named(file)], named(file)), []
    except ProblemsFound as found:
        return None, list(found.problems)


def _strangers(text: str, file: str, inventory: Inventory) -> Iterator[Problem]:
    """Ids of the limits that the inventory does not have: they bind nobody."""
    document = documents.read(text, file)
    fixtures = fixtures_in(inventory)
    groups = {group.id for group in groups_in(inventory)}
    known: dict[str, Collection[str]] = {
        "groups": groups,
        "luminaires": {fixture.luminaire for fixture in fixtures},
        "areas": {area.id for area in inventory.areas},
    }
    for key in ("groups", "luminaires"):
        for name in document.data.get(key) or ():
            if name not in known[key]:
                yield _stranger(document, (key, name), key, name, known[key], key_place=True)
    for index, zone in enumerate(document.data.get("zones") or ()):
        for key in ("groups", "areas"):
            for place, name in enumerate(zone.get(key, ())):
                if name not in known[key]:
                    yield _stranger(document, ("zones", index, key, place), key, name, known[key])


def _stranger(
    document: documents.Document, path: Where, key: str, name: str, known: Collection[str], *, key_place: bool = False
) -> Problem:
    what = key[:-1]
    hint = did_you_mean(name, known) or "telle quelle, cette limite ne lie personne / it binds nobody as it stands"
    return document.problem(path, f"unknown-{what}", _UNKNOWN[what].format(name), hint, key=key_place)


def _dim_calendars(
    text: str, file: str, calendars: Calendars, limits: RoadLimits, inventory: Inventory
) -> Iterator[Problem]:
    """Steps that light less than the floor of a group that follows them; going out is for bylaws."""
    document, surveyed = documents.read(text, file), survey(limits, inventory)
    groups = groups_in(inventory)
    for index, entry in enumerate(document.data["calendars"]):
        followers = [group for group in groups if calendars.plan_of(group.id, group.site).calendar.id == entry["id"]]
        for group in followers:
            floor = min(surveyed.class_of(luminaire).floor for luminaire in group.luminaires)
            calendar = calendars.plan_of(group.id, group.site).calendar
            for key, step in zip(entry["steps"], calendar.steps, strict=True):
                if 0 < step.level < floor:
                    where: Where = ("calendars", index, "steps", key)
                    yield _dim(document, where, step.level, group.id, floor)
            for name, steps in (entry.get("programmes") or {}).items():
                programme = next((each for each in calendar.programmes if each.name == name), None)
                for key, step in zip(steps, programme.steps if programme else (), strict=False):
                    if 0 < step.level < floor:
                        yield _dim(document, ("calendars", index, "programmes", name, key), step.level, group.id, floor)


def _dim(document: documents.Document, where: Where, level: int, group: str, floor: int) -> Problem:
    message = f"{level} % : sous le minimum de « {group} », {floor} % / below the floor of that group"
    hint = "la lampe reste au minimum / it stays at the floor"
    return document.problem(where, _BELOW, message, hint, severity="warning")
