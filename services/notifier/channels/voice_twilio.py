"""Calls over Twilio's REST interface: the notice is read aloud, twice, and key 1 says that somebody heard it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import requests

from services.notifier.channels.calls_twilio import keys_address, spoken, status_address
from services.notifier.channels.twilio_link import UNREADABLE, Account, error_of
from services.notifier.domain.channel import Finding, Medium, Parcel, Shelf, Sighting
from shared.errors import DeliveryError, SettingsError
from shared.runtime.settings import Settings

_RINGS_S: Final = 25
"""Shorter than what most answering machines wait for, so that rather nobody answers than a machine."""

_REACH_NOBODY: Final = frozenset({"failed", "busy", "no-answer", "canceled"})
_CLOCK_SKEW: Final = timedelta(seconds=10)
_PAGE_SIZE: Final = 100
_MOST_UNDIALLED: Final = 200


class VoiceTwilio:
    """Makes calls. Who answers, a person or a machine, is not asked: only a key that is pressed proves a person.

    Args:
        public_url: where Twilio reaches us, HTTPS; None: nowhere, so that a call is read out and nothing comes back.
    """

    name: Final = "voice_twilio"
    media: Final = frozenset({Medium.VOICE})

    def __init__(self, account: Account, public_url: str | None = None) -> None:
        self._sender = account.sender
        self._public_url = public_url
        # The library leaves out what is unset, and sends a None as text.
        self._more: dict[str, Any] = {}
        if public_url is not None:
            address = status_address(public_url)
            self._more = {"status_callback": address, "status_callback_event": ["completed"]}
        self._client = account.client()

    @classmethod
    def from_settings(cls, settings: Settings, _shelf: Shelf) -> VoiceTwilio:
        sender = settings.twilio_voice_sender or settings.twilio_sender
        account = Account.from_settings(settings, cls.name, sender)
        # A name can't call.
        if not account.sender.startswith("+"):
            raise SettingsError([f"the channel {cls.name} calls from a number, +33...: set twilio_voice_sender"])
        public = settings.people_url if settings.people_url.startswith("https://") else None
        return cls(account, public)

    def send(self, parcel: Parcel) -> str | None:
        """Ask Twilio to call; Twilio's id of the call. Errors name no number."""
        public = self._public_url
        keys = None if public is None else keys_address(public, parcel.notification)
        try:
            call = self._client.calls.create(
                to=parcel.address,
                from_=self._sender,
                twiml=spoken(parcel.body, parcel.language, keys),
                timeout=_RINGS_S,
                **self._more,
            )
        except (requests.RequestException, *UNREADABLE) as error:
            raise error_of(error) from None
        return None if call.sid is None else str(call.sid)

    def find(self, parcel: Parcel) -> Finding:
        """Look in Twilio's list for a call to this number since the attempt began.

        The list says nothing of what was read out. Calls are made one at a time, so that one to this number that began
        since is this one; a clock that is ahead of Twilio's by more than ten seconds makes the person be called again.
        A call that reached nobody counts as never made.
        """
        try:
            found = next((call for call in self._listed(parcel) if str(call.status) not in _REACH_NOBODY), None)
        except (DeliveryError, requests.RequestException, *UNREADABLE):
            return Finding(Sighting.UNKNOWN)
        return Finding(Sighting.UNLISTED) if found is None else Finding(Sighting.SENT, str(found.sid))

    def _listed(self, parcel: Parcel) -> Iterator[Any]:
        """Calls that may be this one; those that are not dialled yet have no time of beginning."""
        since = parcel.at - _CLOCK_SKEW
        which = {"to": parcel.address, "from_": self._sender, "page_size": _PAGE_SIZE}
        calls = self._client.calls.stream(start_time_after=since, **which)
        yield from (call for call in calls if call.start_time is None or call.start_time >= since)
        newest = self._client.calls.stream(limit=_MOST_UNDIALLED, **which)
        yield from (call for call in newest if call.start_time is None and call.date_created >= since)
