"""The files that a rule book is made of, by their paths in a rules folder; what is wrong with a set of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final

import msgspec

from shared.errors import InputError

TEAMS: Final = "teams.yaml"
NOT_RULES: Final = frozenset({"inventory", "kinds", "lighting", "notifier", "recordings", "scenarios"})
"""Folders of a rules folder that hold other things than rules."""

_PART: Final = re.compile(r"(?!\.{1,2}$)[^/\\\x00-\x1f]+")
_MOST_CHARACTERS: Final = 8_000_000

Files = Mapping[str, str]
"""Text by path: ``gemapi/huveaune.yaml``, and ``teams.yaml``, whose teams rules may name."""


class NoRuleFiles(InputError):
    """A set of files can't be a rule book; every fault is named."""


def rule_texts(files: Files) -> dict[str, str]:
    """Those that hold rules."""
    return {name: text for name, text in files.items() if name != TEAMS}


def digest(files: Files) -> str:
    """The same for the same files."""
    return sha256(msgspec.json.encode(dict(files), order="deterministic")).hexdigest()


def replaced(files: Files, new: Files, folder: str | None) -> dict[str, str]:
    """The new set of files: the new ones alone, or in place of those of one folder.

    Raises:
        NoRuleFiles: a path is none of a rules folder or outside the folder, there is no rule among them, or they are
            too large.
    """
    faults = list(_faults(new, folder))
    if faults:
        raise NoRuleFiles("\n".join(faults))
    kept = {} if folder is None else {name: text for name, text in files.items() if not name.startswith(f"{folder}/")}
    return {**kept, **new}


def _faults(new: Files, folder: str | None) -> Iterator[str]:
    if folder is not None and not _is_folder(folder):
        yield (
            f"'{folder}' n'est pas un dossier de règles : nommez celui d'une direction, comme gemapi / "
            "is no folder of rules: name a directorate's, such as gemapi"
        )
        return
    for name in sorted(new):
        if not is_rule_file(name) and name != TEAMS:
            others = ", ".join(sorted(NOT_RULES))
            yield (
                f"'{name[:200]}' n'est pas un fichier de règles : DOSSIER/NOM.yaml, hors des dossiers {others} / "
                f"is no file of rules: FOLDER/NAME.yaml, in no folder named {others}"
            )
        elif folder is not None and not name.startswith(f"{folder}/"):
            yield (
                f"'{name[:200]}' n'est pas dans le dossier {folder}, seul remplacé / "
                f"is not in the folder {folder}, which alone is replaced"
            )
    if not any(map(is_rule_file, new)):
        yield (
            "aucun fichier de règles parmi eux : un mauvais dossier ne doit pas laisser la ville sans surveillance / "
            "there is no file of rules among them: a wrong folder must not leave the city unwatched"
        )
    if sum(map(len, new.values())) > _MOST_CHARACTERS:
        yield (
            f"plus de {_MOST_CHARACTERS} caractères de règles : appliquez le dossier d'une direction à la fois / "
            f"more than {_MOST_CHARACTERS} characters of rules: apply one directorate's folder at a time"
        )


def is_rule_file(name: str) -> bool:
    """Whether rules stand in a file of that path."""
    first, *inner = name.split("/")
    return _is_folder(first) and bool(inner) and inner[-1].endswith(".yaml") and all(map(_PART.fullmatch, inner))


def _is_folder(name: str) -> bool:
    return _PART.fullmatch(name) is not None and name not in NOT_RULES
