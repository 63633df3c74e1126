"""Sends nothing: puts notifications where the portal shows them, as on a laptop."""

from __future__ import annotations

from typing import Final

from services.notifier.domain.channel import Finding, Medium, Parcel, Shelf, Sighting
from shared.runtime.settings import Settings


class Outbox:
    """Carries every medium to the shelf; a parcel that lies there already is not put there again."""

    name: Final = "outbox"
    media: Final = frozenset(Medium)

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @classmethod
    def from_settings(cls, _settings: Settings, shelf: Shelf) -> Outbox:
        return cls(shelf)

    def send(self, parcel: Parcel) -> str | None:
        """Put it on the shelf."""
        self._shelf.put(parcel)
        return parcel.notification

    def find(self, parcel: Parcel) -> Finding:
        """The shelf is our own, so the answer is exact."""
        if self._shelf.has(parcel.notification):
            return Finding(Sighting.SENT, parcel.notification)
        return Finding(Sighting.ABSENT)
