"""The data folder of an embedded city: one city and one story at a time; only our own files are ever removed."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from shared.errors import InputError

LIVE: Final = "live"
_OURS: Final = ("*.sqlite", "*.sqlite-shm", "*.sqlite-wal", "story.json", "story.json.new", "vigie.log", "rules-folder")


@dataclass(frozen=True)
class Story:
    """What a folder holds.

    Attributes:
        name: id of a scenario, or ``LIVE``.
        moment: of a replay: everything before it is done; None: nothing yet.
        finished: the replay came to its end.
    """

    name: str
    moment: datetime | None = None
    finished: bool = False

    @classmethod
    def load(cls, folder: Path) -> Story | None:
        """What the folder holds; None: nothing of ours."""
        file = folder / "story.json"
        if not file.exists():
            return None
        data = json.loads(file.read_text(encoding="utf-8"))
        moment = data["moment"]
        return cls(data["name"], None if moment is None else datetime.fromisoformat(moment), data["finished"])

    def save(self, folder: Path) -> None:
        """Write it, whole or not at all."""
        moment = None if self.moment is None else self.moment.isoformat()
        draft = folder / "story.json.new"
        draft.write_text(json.dumps({"name": self.name, "moment": moment, "finished": self.finished}), encoding="utf-8")
        draft.replace(folder / "story.json")


@contextmanager
def opened(folder: Path, name: str, *, fresh: bool = False) -> Iterator[Story]:
    """Hold the folder for a story, new or to be continued; a replay that is finished begins anew.

    Raises:
        InputError: another process holds it, or it holds another story.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "vigie.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(
                f"une autre vigie tourne dans {folder} : arrêtez-la, ou donnez un autre --data / "
                "another vigie is running there; stop it, or use another --data"
            ) from error
        yield _story(folder, name, fresh=fresh)


def _story(folder: Path, name: str, *, fresh: bool) -> Story:
    found = Story.load(folder)
    if found is not None and found.name != name and not fresh:
        raise InputError(
            f"{folder} contient '{found.name}', et non '{name}' : donnez un autre --data, ou --fresh pour le vider / "
            f"it holds '{found.name}', not '{name}': use another --data, or --fresh to empty it"
        )
    if found is None and not fresh and any(folder.glob("*.sqlite")):
        raise InputError(
            f"{folder} contient des bases d'origine inconnue : donnez un autre --data, ou --fresh pour le vider / "
            "it holds databases of unknown origin: use another --data, or --fresh to empty it"
        )
    if fresh or (found is not None and found.finished):
        _empty(folder)
        found = None
    story = found or Story(name)
    story.save(folder)
    return story


def _empty(folder: Path) -> None:
    for pattern in _OURS:
        for file in folder.glob(pattern):
            file.unlink()
