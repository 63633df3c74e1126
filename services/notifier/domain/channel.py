"""What carries a notification to a person, as the notifier sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Medium(StrEnum):
    """How a person is reached; several channels may serve one medium."""

    SMS = "sms"
    EMAIL = "email"
    VOICE = "voice"
    WEBHOOK = "webhook"


class Language(StrEnum):
    """In which a person reads, or hears, what Vigie says around the rule's own words."""

    FRENCH = "fr"
    ENGLISH = "en"


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One notification, ready to be carried.

    Attributes:
        notification: id; a channel that knows it already does not carry it again.
        thread: the same for all that belongs together, such as an incident's notices.
        recipient: the person as shown to others; no address.
        address: a number in E.164, an e-mail address or a webhook's; kept out of every representation.
        subject: empty for a medium that has none.
        at: when it is, or was, handed over, UTC.
        kind: what the notice says; a word of ``Kind``.
        criticality: of what it tells.
        incident: id; None: it is about none.
        link: where the recipient acknowledges by a button; whoever has it can: it is kept nowhere, and shown to nobody
            else.
    """

    notification: str
    thread: str
    medium: Medium
    recipient: str
    address: str = field(repr=False)
    subject: str
    body: str
    at: datetime
    language: Language = Language.FRENCH
    kind: str = ""
    criticality: str = ""
    incident: str | None = None
    team: str = ""
    link: str | None = field(default=None, repr=False)


class Sighting(StrEnum):
    """What is known of a parcel when its channel was asked whether it carried it.

    SENT: it did. ABSENT: it did not. UNLISTED: it is not in the carrier's list, which lags, or as one that will reach
    nobody. UNKNOWN: the carrier could not be asked now. UNKNOWABLE: it never can.
    """

    SENT = "sent"
    ABSENT = "absent"
    UNLISTED = "unlisted"
    UNKNOWN = "unknown"
    UNKNOWABLE = "unknowable"


@dataclass(frozen=True)
class Finding:
    """A sighting, with the carrier's reference where it has the parcel."""

    sighting: Sighting
    reference: str | None = None


class Channel(Protocol):
    """Carries parcels. What each failure means is the channel's to know; what follows from it isn't."""

    @property
    def name(self) -> str:
        """As in the registry of channels."""
        ...

    @property
    def media(self) -> frozenset[Medium]:
        """What it can carry."""
        ...

    def send(self, parcel: Parcel) -> str | None:
        """Carry it; the carrier's reference, if it gives one.

        Raises:
            DeliveryDelayed: not taken now; a later try may succeed.
            DeliveryRefused: it never will be.
            DeliveryUncertain: nobody knows whether it was taken.
        """
        ...

    def find(self, parcel: Parcel) -> Finding:
        """Whether it was carried, asked after an interruption. It never raises: who can't tell says so."""
        ...


@dataclass(frozen=True)
class Patience:
    """When a medium's next channel takes over. A vital notice, and one whose account is refused, wait for none of it.

    Attributes:
        tries: after so many failures in a row of the channel, whichever notices they were.
        time: or once it has failed for so long.
        rest: how long it is then tried last.
    """

    tries: int = 3
    time: timedelta = timedelta(minutes=2)
    rest: timedelta = timedelta(minutes=10)


class Shelf(Protocol):
    """Where the outbox puts what it doesn't send."""

    def put(self, parcel: Parcel) -> None:
        """Keep it; one that is there already is left as it is."""
        ...

    def has(self, notification: str) -> bool:
        """Whether it is there."""
        ...


@dataclass(frozen=True)
class Carriers:
    """The channels that serve each medium, as configured.

    Attributes:
        by_medium: the first choice.
        spares: those that take its place, in order.
        patience: when they do.
    """

    by_medium: Mapping[Medium, Channel]
    spares: Mapping[Medium, tuple[Channel, ...]] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)

    def of(self, medium: Medium) -> Channel:
        """The first choice for a medium."""
        return self.by_medium[medium]

    def all_of(self, medium: Medium) -> tuple[Channel, ...]:
        """Every channel of a medium, in order."""
        return (self.by_medium[medium], *self.spares.get(medium, ()))

    def named(self, name: str) -> Channel | None:
        """The channel of that name; None if none in use has it."""
        every = (channel for medium in self.by_medium for channel in self.all_of(medium))
        return next((channel for channel in every if channel.name == name), None)
