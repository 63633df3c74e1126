"""Reads what the lighting controller reads at its start from a folder of rules, without a running city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.console.text_files import named, text_of
from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.group import LuminaireGroup, groups_in
from shared.documents import did_you_mean
from shared.errors import NotFound

CALENDARS: Final = "lighting/calendars.yaml"


@dataclass(frozen=True)
class Lights:
    """The groups of luminaires of a folder, by id, and their calendars."""

    groups: Mapping[str, LuminaireGroup]
    calendars: Calendars

    def group(self, name: str) -> LuminaireGroup:
        """The group of that id.

        Raises:
            NotFound: there is none; the likeliest one is named.
        """
        if name not in self.groups:
            hint = did_you_mean(name, self.groups) or f"there are: {', '.join(self.groups)}"
            raise NotFound("group of luminaires", f"{name} ({hint})")
        return self.groups[name]


def read_lights(folder: Path) -> Lights:
    """What stands in the files.

    Raises:
        ProblemsFound: with all faults of the inventory, or of the calendars.
        InputError: a file can't be read.
    """
    inventory = load_inventory(read_folder(folder))
    file = folder / CALENDARS
    calendars = load_calendars(text_of(file), named(file))
    return Lights({group.id: group for group in groups_in(inventory)}, calendars)
