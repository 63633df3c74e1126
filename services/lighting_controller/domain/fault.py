"""What may be wrong with a luminaire, from the first sign to the end."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Fault(StrEnum):
    """What is wrong; a luminaire may have several.

    COMMUNICATION: it answers no command, or says nothing any more. LAMP: it obeys and gives no light. STUCK: it says
    that it obeys, but its light or its power doesn't follow. DAY_BURNER: it burns by day, and nobody wants it.
    """

    COMMUNICATION = "communication"
    LAMP = "lamp"
    STUCK = "stuck"
    DAY_BURNER = "day-burner"


class Finding(Struct, frozen=True):
    """A fault of a luminaire. All times UTC.

    Attributes:
        noticed_at: when its first sign was seen.
        since: the same, once the sign has lasted long enough to be called a fault; None: it is only suspected.
        well_since: since when the opposite shows; None: it doesn't.
        ended_at: when it ended; None: it hasn't.
        tries: how many commands were sent to mend it.
        level: percent of light at which it was found; None: it can't tell.
    """

    fault: Fault
    noticed_at: datetime
    since: datetime | None = None
    well_since: datetime | None = None
    ended_at: datetime | None = None
    tries: int = 0
    level: int | None = None

    @property
    def stands(self) -> bool:
        """Whether it is a fault now: neither only suspected nor over."""
        return self.since is not None and self.ended_at is None
