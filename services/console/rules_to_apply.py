"""The files of a rules folder, or of one directorate's folder in it, as a running city takes them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from services.console.text_files import named, text_of
from services.notifier.domain.people.loading_teams import load_teams
from services.rules_engine.domain.rule_files import TEAMS
from services.rules_engine.domain.teams_file import without_people
from services.rules_engine.sources.rules_folder import rule_files
from shared.errors import InputError
from shared.problems import Problem


@dataclass(frozen=True)
class ToApply:
    """What a folder holds.

    Attributes:
        files: text by path in the rules folder, as the city knows them.
        folder: the directorate's, whose files these are; None: they are all.
        home: the rules folder itself, which the paths begin at.
        git_revision: of its checkout, ``+`` behind it if it was changed since; None: it is in none.
    """

    files: Mapping[str, str]
    folder: str | None
    home: Path
    git_revision: str | None

    def local(self, problem: Problem) -> Problem:
        """The problem at the place that an editor here opens."""
        return replace(problem, file=self.name(problem.file))

    def name(self, file: str) -> str:
        """A file of the city as it is called here; one that isn't here as the city calls it."""
        return named(self.home / file) if file in self.files else file

    @property
    def texts(self) -> dict[str, str]:
        """By the names that they have here."""
        return {self.name(file): text for file, text in self.files.items()}


def to_apply(path: Path) -> ToApply:
    """What stands in a rules folder or in a directorate's.

    Raises:
        InputError: it is no folder, there is no file of rules, or one can't be read.
        ProblemsFound: its teams have problems.
    """
    if not path.is_dir():
        raise InputError(
            f"{path} n'est pas un dossier : nommez le dossier de règles, ou celui d'une direction / "
            "is no folder: name the rules folder, or a directorate's in it"
        )
    path = path.resolve()
    is_whole = (path / "inventory").is_dir() or (path / TEAMS).is_file() or not any(path.glob("*.yaml"))
    home = path if is_whole else path.parent
    found = rule_files(path) if is_whole else sorted(path.rglob("*.yaml"))
    if not found:
        raise InputError(f"aucun fichier de règles dans {path} / there is no file of rules in it")
    files = {file.relative_to(home).as_posix(): text_of(file) for file in found}
    if is_whole and (path / TEAMS).is_file():
        files[TEAMS] = text_of(path / TEAMS)
        # Who is in them is for the notifier, whose file it is, to judge; names and numbers stay here.
        load_teams(files[TEAMS], named(path / TEAMS))
        files = without_people(files)
    return ToApply(files, None if is_whole else path.name, home, _git_revision(path))


def _git_revision(folder: Path) -> str | None:
    head = _git(folder, "rev-parse", "HEAD")
    if head is None:
        return None
    return f"{head}+" if _git(folder, "status", "--porcelain", "--", ".") else head


def _git(folder: Path, *arguments: str) -> str | None:
    """What git says; None: there is no git, or no checkout."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
