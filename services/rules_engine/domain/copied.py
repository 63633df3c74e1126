"""A folder of rules copied under another name: each rule of it is there twice, and one sentence says all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from services.rules_engine.domain.loading import ids_in
from services.rules_engine.domain.rule_files import Files, rule_texts


def copies(files: Files, known: Files) -> Iterator[str]:
    """Of each folder that is new and mostly holds rules of another one, that it does.

    Args:
        files: all that are to come into force.
        known: those that are.
    """
    folders = _ids_by_folder(files)
    before = {_folder(name) for name in rule_texts(known)}
    for folder, ids in sorted(folders.items()):
        others = folders.keys() - {folder}
        if folder in before or not ids or not others:
            continue
        original = max(sorted(others), key=lambda other: len(ids & folders[other]))
        shared = len(ids & folders[original])
        if 2 * shared > len(ids):
            yield (
                f"le dossier '{folder}' est une copie du dossier '{original}' : {shared} règle(s) y portent les mêmes "
                "noms, et la ville garde les deux dossiers. Un dossier porte le nom de sa direction : nommez la copie "
                f"'{original}' pour la mettre à sa place, ou donnez d'autres noms à ses règles / "
                f"the folder '{folder}' is a copy of the folder '{original}': {shared} rule(s) have the same ids, and "
                "the city keeps both folders. A folder has the name of its directorate: call the copy "
                f"'{original}' to have it in its place, or give its rules other ids"
            )


def _ids_by_folder(files: Files) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for name, text in rule_texts(files).items():
        found[_folder(name)] |= ids_in(text, name)
    return found


def _folder(name: str) -> str:
    return name.partition("/")[0]
