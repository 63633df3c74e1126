"""Checks what the lighting controller reads beside the rules: the calendars, and whether their groups exist."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from pathlib import Path

from services.console.lighting_files import CALENDARS
from services.console.text_files import named, text_of
from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.group import groups_in
from shared.documents import Document, did_you_mean, read
from shared.errors import ProblemsFound
from shared.model.registry import Inventory
from shared.problems import Problem


def problems_of_lights(folder: Path, inventory: Inventory | None, texts: MutableMapping[str, str]) -> list[Problem]:
    """What is wrong with the calendars, if the folder has some; their text is added.

    Args:
        inventory: None where it is wrong itself: then groups are not looked for.

    Raises:
        InputError: the file can't be read, or is no text.
    """
    file = folder / CALENDARS
    if not file.is_file():
        return []
    name = named(file)
    texts[name] = text_of(file)
    try:
        found = list(load_calendars(texts[name], name).warnings)
    except ProblemsFound as problems:
        return list(problems.problems)
    return found if inventory is None else [*found, *_unknown_groups(read(texts[name], name), inventory)]


def _unknown_groups(document: Document, inventory: Inventory) -> Iterator[Problem]:
    """A calendar may wait for a group that is still to come, so this is no error."""
    known = [group.id for group in groups_in(inventory)]
    for index, calendar in enumerate(document.data["calendars"]):
        for place, group in enumerate(calendar.get("groups", [])):
            if group not in known:
                message = f"aucun groupe de luminaires « {group} » / no group of luminaires of that name"
                where, hint = ("calendars", index, "groups", place), did_you_mean(group, known)
                yield document.problem(where, "unknown-group", message, hint, severity="warning")
