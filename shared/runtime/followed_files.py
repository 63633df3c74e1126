"""Files that officers edit, followed while a service runs: what they say together, and the last good of it.

They are taken together or not at all; a wrong one leaves all as they were, and is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from shared.errors import ProblemsFound
from shared.problems import Problem, Span

T = TypeVar("T")

Signature = tuple[tuple[int, int] | None, ...]
_UNREADABLE: Final = "file"


@dataclass(frozen=True)
class News:
    """What the files say since they were changed.

    Attributes:
        digest: of what they say, and of what is in force.
        problems: why it is not in force; none: it is.
    """

    digest: str
    problems: tuple[Problem, ...] = ()


class FollowedFiles(Generic[T]):
    """What some files say, as it was when they were right last.

    Args:
        read: reads them all; raises ``ProblemsFound``, or what the system raises of a file that can't be read.
        first: reads them at the start, if that is another matter.
        follows: whether changes are looked for; in a replay the files are read once.

    Attributes:
        in_force: what was read.

    Raises:
        ProblemsFound: they are wrong at the start.
    """

    def __init__(
        self,
        files: Sequence[Path],
        read: Callable[[], T],
        *,
        first: Callable[[], T] | None = None,
        follows: bool = True,
    ) -> None:
        self._files = files
        self._read = read
        self._follows = follows
        self._judged = self._last = self._signature()
        self._news: News | None = None
        self._said_in_force = self._said()
        self.in_force = (first or read)()

    def look(self) -> News | None:
        """What became of the files, until it is ``passed_on``; None: nothing, or somebody is about to save them."""
        found = self._signature() if self._follows else self._judged
        # Twice the same: whoever saves files has done so.
        is_settled, self._last = found == self._last, found
        if is_settled and found != self._judged:
            self._news = self._judge(found)
            self._judged = found
        return self._news

    def passed_on(self) -> None:
        """Whoever is to hear of the news will: they are none any more."""
        self._news = None

    def _judge(self, found: Signature) -> News:
        # What can't be read is known by when it was saved.
        said = str(found)
        try:
            said = self._said()
            self.in_force = self._read()
        except ProblemsFound as error:
            return News(self._digest(said), error.problems)
        except (OSError, UnicodeDecodeError) as error:
            problem = Problem(_UNREADABLE, f"it can't be read: {error}", str(self._culprit(error)), Span(1, 1))
            return News(self._digest(said), (problem,))
        self._said_in_force = said
        return News(self._digest(said))

    def _culprit(self, error: OSError | UnicodeDecodeError) -> Path:
        """The file that can't be read: the one that the system names, or the first that is no text."""
        if isinstance(error, OSError) and isinstance(error.filename, str):
            return Path(error.filename)
        return next((file for file in self._files if not _is_text(file)), self._files[0])

    def _digest(self, said: str) -> str:
        return hashlib.sha256(f"{said} {self._said_in_force}".encode()).hexdigest()

    def _signature(self) -> Signature:
        return tuple(map(_signature_of, self._files))

    def _said(self) -> str:
        whole = hashlib.sha256()
        for file in self._files:
            whole.update(hashlib.sha256(file.read_bytes() if file.is_file() else b"").digest())
        return whole.hexdigest()


def _is_text(file: Path) -> bool:
    try:
        file.read_text(encoding="utf-8")
    except OSError:
        return not file.exists()
    except UnicodeDecodeError:
        return False
    return True


def _signature_of(file: Path) -> tuple[int, int] | None:
    """What tells whether a file was changed, without reading it; None: there is none."""
    try:
        known = file.stat()
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size
