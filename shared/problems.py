"""What is wrong in a document: data to show, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True)
class Span:
    """Where something stands; line and column count from 1.

    Attributes:
        length: characters on that line; 0: nobody knows.
    """

    line: int
    column: int
    length: int = 0


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a document, and how to mend it.

    Attributes:
        slug: names the check that found it; the heading of its paragraph in the guide.
        severity: ``error`` stops the document, ``warning`` doesn't.
        text: what stands there, as far as it stands on the first line.
    """

    slug: str
    message: str
    file: str
    span: Span
    hint: str | None = None
    severity: str = "error"
    text: str = ""

    @property
    def place(self) -> str:
        """Where it is and which check found it, with nothing of what stands there."""
        return f"{self.file}:{self.span.line}:{self.span.column}: {self.severity}[{self.slug}]"

    @property
    def in_a_line(self) -> str:
        """As a mail says it: the name of the file, the place, what is wrong and how to mend it."""
        where = f"{PurePath(self.file).name}:{self.span.line}:{self.span.column}"
        return f"{where} {self.message}" + (f" ({self.hint})" if self.hint else "")

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}"
        return f"{text}\n    hint: {self.hint}" if self.hint else text
