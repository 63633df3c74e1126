"""Checks what the lighting controller reads of its equipment, models and cabinets, and whether the inventory has it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from services.console.text_files import named, text_of
from services.lighting_controller.domain.energy.loading_models import load_models
from services.lighting_controller.domain.fixture import fixtures_in
from services.lighting_controller.domain.group import groups_in
from services.lighting_controller.domain.network.loading_cabinets import load_cabinets
from shared.documents import Document, did_you_mean, read
from shared.documents import Path as Where
from shared.errors import ProblemsFound
from shared.model.registry import Inventory
from shared.problems import Problem

MODELS: Final = "lighting/models.yaml"
CABINETS: Final = "lighting/cabinets.yaml"
_LOADS: Final[Mapping[str, Callable[[str, str], Any]]] = MappingProxyType(
    {MODELS: load_models, CABINETS: load_cabinets}
)
_WORDS: Final = {
    "group": "aucun groupe de luminaires « {} » / no group of luminaires of that name",
    "luminaire": "aucun luminaire « {} » / no luminaire of that name",
    "model": "aucun modèle d'appareil « {} » / no model of devices of that name",
    "site": "aucun site « {} » / no site of that name",
}


def problems_of_equipment(folder: Path, inventory: Inventory | None, texts: MutableMapping[str, str]) -> list[Problem]:
    """What is wrong with the files that the folder has; their texts are added.

    Args:
        inventory: None where it is wrong itself: then nothing is looked for in it.

    Raises:
        InputError: a file can't be read, or is no text.
    """
    problems: list[Problem] = []
    for path, load in _LOADS.items():
        file = folder / path
        if not file.is_file():
            continue
        name = named(file)
        texts[name] = text_of(file)
        try:
            load(texts[name], name)
        except ProblemsFound as found:
            problems += found.problems
            continue
        if inventory is not None:
            problems += _strangers(read(texts[name], name), inventory)
    return problems


def _strangers(document: Document, inventory: Inventory) -> Iterator[Problem]:
    """Equipment may be written down before it hangs there, so this is no error."""
    known: dict[str, Collection[str]] = {
        "group": {group.id for group in groups_in(inventory)},
        "luminaire": {fixture.luminaire for fixture in fixtures_in(inventory)},
        "model": {model.id for model in inventory.models},
        "site": {site.id for site in inventory.sites},
    }
    for where, what, name in (*_named_by_models(document.data), *_named_by_cabinets(document.data)):
        if name not in known[what]:
            message, hint = _WORDS[what].format(name), did_you_mean(name, known[what])
            yield document.problem(where, f"unknown-{what}", message, hint, severity="warning")


def _named_by_models(data: Any) -> Iterator[tuple[Where, str, str]]:
    for index, model in enumerate(data.get("models") or ()):
        for key, what in (("luminaires", "luminaire"), ("devices", "model"), ("groups", "group")):
            for place, name in enumerate(model.get(key) or ()):
                yield ("models", index, key, place), what, name


def _named_by_cabinets(data: Any) -> Iterator[tuple[Where, str, str]]:
    for index, cabinet in enumerate(data.get("cabinets") or ()):
        yield ("cabinets", index, "site"), "site", cabinet["site"]
