"""ChirpStack's multicast groups, by group of luminaires: ``lighting/chirpstack.yaml``, which need not be there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from shared import documents
from shared.errors import ProblemsFound
from shared.runtime.settings import Settings

_FILE: Final = "lighting/chirpstack.yaml"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def multicast_groups(settings: Settings) -> Mapping[str, str]:
    """The groups in the file of the rules folder; none if there is no file.

    Raises:
        ProblemsFound: with all faults.
    """
    file = settings.rules_dir / _FILE
    return load_multicast_groups(file.read_text(encoding="utf-8"), _FILE) if file.is_file() else {}


def load_multicast_groups(text: str, file: str) -> dict[str, str]:
    """Read the file: under ``multicast_groups:`` each group of luminaires with the id of ChirpStack's group.

    Raises:
        ProblemsFound: with all faults.
    """
    document = documents.read(text, file)
    if not isinstance(document.data, dict) or not isinstance(document.data.get("multicast_groups"), dict):
        hint = "multicast_groups: {vieux-port: 6f9c2a2e-3f0a-4f4b-9a39-0f5d2f6c1b11}"
        raise ProblemsFound([document.problem((), "shape", "expected groups under multicast_groups:", hint)])
    problems = list(document.unknown_keys((), ["multicast_groups"]))
    groups: dict[str, str] = {}
    for group, identifier in document.data["multicast_groups"].items():
        path = ("multicast_groups", group)
        if not isinstance(identifier, str) or not _UUID.fullmatch(identifier):
            hint = "ChirpStack shows it on the page of the multicast group"
            problems.append(document.problem(path, "multicast-group", f"'{identifier}' is no id of a group", hint))
        elif identifier in groups.values():
            problems.append(document.problem(path, "double-group", f"'{identifier}' has another group already"))
        else:
            groups[group] = identifier
    if problems:
        raise ProblemsFound(problems)
    return groups
