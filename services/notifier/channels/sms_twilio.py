"""Text messages over Twilio's REST interface."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import requests

from services.notifier.channels.receipts_twilio import address_of
from services.notifier.channels.twilio_link import UNREADABLE, Account, error_of
from services.notifier.domain.channel import Finding, Medium, Parcel, Shelf, Sighting
from shared.errors import DeliveryError
from shared.runtime.settings import Settings

_REACH_NOBODY: Final = frozenset({"failed", "undelivered", "canceled"})
_CLOCK_SKEW: Final = timedelta(minutes=5)
_PAGE_SIZE: Final = 100
_MOST_UNDATED: Final = 200


class SmsTwilio:
    """Carries text messages.

    Args:
        callback: where Twilio tells what became of a message; None: nowhere.
    """

    name: Final = "sms_twilio"
    media: Final = frozenset({Medium.SMS})

    def __init__(self, account: Account, callback: str | None = None) -> None:
        self._sender = account.sender
        # The library leaves out what is unset, and sends a None as text.
        self._more = {} if callback is None else {"status_callback": callback}
        self._client = account.client()

    @classmethod
    def from_settings(cls, settings: Settings, _shelf: Shelf) -> SmsTwilio:
        account = Account.from_settings(settings, cls.name, settings.twilio_sender)
        return cls(account, callback_of(settings.people_url))

    def send(self, parcel: Parcel) -> str | None:
        """Ask Twilio to send it; Twilio's id of the message. Errors name no number."""
        try:
            message = self._client.messages.create(
                to=parcel.address, from_=self._sender, body=parcel.body, **self._more
            )
        except (requests.RequestException, *UNREADABLE) as error:
            raise error_of(error) from None
        return None if message.sid is None else str(message.sid)

    def find(self, parcel: Parcel) -> Finding:
        """Look in Twilio's list for a message to this recipient, since the attempt, that says the same.

        Our text carries the incident's code, so that what contains it is ours.
        """
        try:
            found = next((item for item in self._listed(parcel) if _says(item, parcel)), None)
        except (DeliveryError, requests.RequestException, *UNREADABLE):
            return Finding(Sighting.UNKNOWN)
        return Finding(Sighting.UNLISTED) if found is None else Finding(Sighting.SENT, str(found.sid))

    def _listed(self, parcel: Parcel) -> Iterator[Any]:
        """Messages that may be this parcel; those last that Twilio has not begun to send, so that they have no date."""
        since = parcel.at - _CLOCK_SKEW
        lists = self._client.messages
        yield from lists.stream(to=parcel.address, date_sent_after=since, page_size=_PAGE_SIZE)
        newest = lists.stream(to=parcel.address, page_size=_PAGE_SIZE, limit=_MOST_UNDATED)
        yield from (item for item in newest if item.date_sent is None)


def callback_of(public_url: str) -> str | None:
    """Where Twilio reports. Nowhere without HTTPS: numbers don't travel in clear, and a message whose callback is a
    laptop's own address Twilio refuses."""
    return address_of(public_url) if public_url.startswith("https://") else None


def _says(message: Any, parcel: Parcel) -> bool:
    """Whether it is this parcel. One that will reach nobody counts as never sent: sent again, nobody is told twice."""
    ours = _letters(parcel.body)
    return bool(ours) and ours in _letters(message.body or "") and str(message.status) not in _REACH_NOBODY


def _letters(text: str) -> str:
    """Letters and digits alone, without accents: what a trial account's prefix and another encoding leave of a text."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if letter.isalnum())
