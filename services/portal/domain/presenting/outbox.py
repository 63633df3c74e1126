"""The messages as those who receive them see them: text messages and e-mails apart, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.portal.domain.answers import Notification
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.texts import TEXTS
from services.portal.domain.wording import Wording

_MOST: Final = 6
_WORDS: Final = {"voice": "step-voice", "webhook": "step-webhook"}
STATES: Final = {
    "queued": "calm",
    "attempting": "calm",
    "sent": "good",
    "failed": "danger",
    "uncertain": "warning",
    "folded": "calm",
}


@dataclass(frozen=True)
class Letter:
    """A message."""

    id: str
    recipient: str
    state: str
    state_mark: str
    reason: str | None
    when: str
    subject: str | None
    body: str


@dataclass(frozen=True)
class Outbox:
    """The section. ``more_*``: how many are not shown, in words."""

    known: bool
    sms: tuple[Letter, ...] = ()
    emails: tuple[Letter, ...] = ()
    more_sms: str | None = None
    more_emails: str | None = None


def present(snapshot: Snapshot, wording: Wording) -> Outbox:
    """The messages of a snapshot."""
    if snapshot.notifications is None:
        return Outbox(known=False)
    newest = sorted(snapshot.notifications, key=lambda item: item.at, reverse=True)
    sms = [item for item in newest if is_sms(item)]
    emails = [item for item in newest if not is_sms(item)]
    return Outbox(
        known=True,
        sms=tuple(_letter(item, wording) for item in sms[:_MOST]),
        emails=tuple(_letter(item, wording) for item in emails[:_MOST]),
        more_sms=_more(len(sms), wording),
        more_emails=_more(len(emails), wording),
    )


def is_sms(notification: Notification) -> bool:
    """Whether it is a text message: by its medium; where that is not told, because it has no subject."""
    return notification.medium == "sms" if notification.medium else not notification.subject


def medium_word(notification: Notification) -> str:
    """The text that names its medium."""
    return _WORDS.get(notification.medium) or ("step-sms" if is_sms(notification) else "step-email")


def _more(count: int, wording: Wording) -> str | None:
    return wording.say("more", wording.number(count - _MOST)) if count > _MOST else None


def why(reason: str | None, wording: Wording) -> str | None:
    """Why a message is in its state, where that is not what anyone expects."""
    return wording.say(f"why-{reason}") if f"why-{reason}" in TEXTS else None


def _letter(item: Notification, wording: Wording) -> Letter:
    known = item.state in STATES
    return Letter(
        id=item.notification,
        recipient=item.recipient,
        state=wording.say(f"state-{item.state}") if known else item.state,
        state_mark=STATES.get(item.state, "calm"),
        reason=why(item.reason, wording),
        when=wording.moment(item.at),
        subject=item.subject or (wording.say("step-voice").capitalize() if item.medium == "voice" else item.subject),
        body=item.body.strip(),
    )
