"""Numbers whose owners asked for no more texts: they are told another way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class OptOut:
    """No text message goes to a number since ``at``, unless that was ``withdrawn_at``, UTC."""

    address: str = field(repr=False)
    person: str
    at: datetime
    withdrawn_at: datetime | None = None
