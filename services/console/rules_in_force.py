"""Which rules a running city goes by, in a line for whoever starts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from services.rules_engine.domain.rule_files import digest
from services.rules_engine.domain.teams_file import kept
from services.rules_engine.sources.rules_folder import folder_files
from services.rules_engine.use_cases.follow_folder import FOLDER
from services.rules_engine.use_cases.live_book import VIGIE
from shared.civil_time import short_local

_BY_FILES: Final = (FOLDER.id, VIGIE.id)


@dataclass(frozen=True)
class RulesInForce:
    """What is in force.

    Attributes:
        count: of the rules that run.
        actor, at, reason: who put them into force, when and why.
        unlike: the rules folder, which says otherwise than what somebody put into force by command; None: it
            says nothing else.
    """

    revision: int
    count: int
    actor: str
    at: datetime
    reason: str
    unlike: Path | None = None

    @classmethod
    def ask(cls, rpc: Any, folder: Path) -> RulesInForce | None:
        """Ask the engine; None: the registry has not spoken yet, and no rule runs before."""
        count = rpc.rules_engine.summary()["rules"]
        newest = next(iter(rpc.rules_engine.revisions(limit=1)["revisions"]), None)
        if newest is None or count == 0:
            return None
        by_command = newest["actor"] not in _BY_FILES
        unlike = folder if by_command and _says(folder) != newest["digest"] else None
        at = datetime.fromisoformat(newest["applied_at"])
        return cls(newest["id"], count, newest["actor"], at, newest["reason"], unlike)

    def lines(self) -> list[str]:
        """In both languages; the second line only where the folder is not what is in force."""
        words = f"révision {self.revision} / revision {self.revision}, {self.count} règles / rules"
        found = [f"règles en vigueur / rules in force  {words} ({self.actor}, {short_local(self.at)} : {self.reason})"]
        if self.unlike is not None:
            found.append(
                "appliquées par commande : le dossier de règles dit autre chose et n'est pas en vigueur ; pour qu'il "
                f"le soit : vigie rules apply {self.unlike} -m MOTIF / put into force by command: the rules folder "
                "says otherwise and is not in force; that command takes it"
            )
        return found


def _says(folder: Path) -> str | None:
    try:
        return digest(kept(folder_files(folder)))
    except OSError:  # somebody is changing it
        return None
