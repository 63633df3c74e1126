"""How long to wait for luminaires: for an answer to a command, before the next try, and until silence is a fault."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import timedelta

from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.luminaire import Luminaire


@dataclass(frozen=True)
class Patience:
    """How long to wait for a luminaire.

    Attributes:
        answer_within: after the first command, and twice as long after each further one; its ramp is waited for only
            once it says that it obeys.
        tries: how often a level is sent before the luminaire is called faulty: once, and twice again at least (rule L4,
            which has ten minutes for it).
        again_after: a faulty one is tried once more that often, for as long as it takes; one that is stuck, which hears
            and can't, twice as late each time.
        seldom: what that grows to.
        spread: the longest lengthening of a wait, as a share of it, so that many don't come due at once.
        reopened_after: when it is tried again after the way to the luminaires was closed.
        expires_after: a command whose answer should have been looked at that long ago is too old to be obeyed: what is
            wanted is decided and sent as if nothing had been.
        silent_after: one that reported and then says nothing for so long has a communication fault; None: nobody
            listens, as where luminaires speak only when asked.
        asks_every: luminaires are asked that often what they do, all together; None: they say it by themselves.
    """

    answer_within: timedelta = timedelta(seconds=30)
    tries: int = 3
    again_after: timedelta = timedelta(minutes=15)
    seldom: timedelta = timedelta(hours=4)
    spread: float = 0.0
    reopened_after: timedelta = timedelta(seconds=30)
    expires_after: timedelta = timedelta(minutes=10)
    silent_after: timedelta | None = None
    asks_every: timedelta | None = None

    def wait(self, luminaire: Luminaire, tries: int) -> timedelta:
        """How long to wait for this one after so many tries; always the same for the same."""
        chance = zlib.crc32(f"{luminaire.id} {tries}".encode()) / 2**32
        return self._plain(luminaire, tries) * (1 + self.spread * chance)

    def _plain(self, luminaire: Luminaire, tries: int) -> timedelta:
        if luminaire.fails(Fault.STUCK):
            later: int = 2 ** min(max(tries - self.tries, 0), 10)
            return min(self.again_after * later, max(self.seldom, self.again_after))
        # One that was cut off and speaks again begins anew, see ``hearing``.
        if luminaire.fails(Fault.COMMUNICATION) and tries >= self.tries:
            return self.again_after
        longer: int = 2 ** (tries - 1)
        return self.answer_within * longer
