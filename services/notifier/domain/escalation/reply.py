"""What somebody answered by text message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from services.notifier.domain.escalation.replying import Meaning


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """A text message that came in.

    Attributes:
        reference: the carrier's id of it; the same when it is delivered again.
        number: E.164; never shown.
    """

    reference: str
    number: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One that was dealt with: one row. What was written is not kept.

    Attributes:
        answer: empty: none.
        at: UTC.
    """

    reference: str
    person: str
    meaning: Meaning
    incident: str | None
    answer: str
    at: datetime
