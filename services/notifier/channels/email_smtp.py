"""E-mail over SMTP, encrypted where the server offers it."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, formataddr
from typing import Final

from services.notifier.domain.channel import Finding, Medium, Parcel, Shelf, Sighting
from services.notifier.domain.composing.mail_page import page_of
from shared.errors import DeliveryDelayed, DeliveryError, DeliveryRefused, DeliveryUncertain, SettingsError
from shared.model.alerts import Criticality
from shared.runtime.settings import Secret, Settings

_TIMEOUT_S: Final = 10.0
_LINK: Final = """\
Prendre en compte cet incident (lien personnel, ne le transmettez pas) /
Acknowledge this incident (the link is yours, do not pass it on):
{}
"""
_POLICY: Final = SMTP_POLICY.clone(cte_type="7bit")


@dataclass(frozen=True)
class Config:
    """The server. With a user, the server must offer encryption: a password never travels in clear.

    Attributes:
        tls: makes the context in which the server's certificate is judged.
    """

    host: str
    port: int
    sender: str
    user: str | None = None
    password: Secret | None = None
    timeout_s: float = _TIMEOUT_S
    tls: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context, repr=False)


class EmailSmtp:
    """Carries e-mail; a connection of its own for each."""

    name: Final = "email_smtp"
    media: Final = frozenset({Medium.EMAIL})

    def __init__(self, config: Config) -> None:
        self._config = config

    @classmethod
    def from_settings(cls, settings: Settings, _shelf: Shelf) -> EmailSmtp:
        if settings.smtp_host is None or settings.smtp_sender is None:
            raise SettingsError([f"the channel {cls.name} needs smtp_host, smtp_sender"])
        return cls(
            Config(
                settings.smtp_host,
                settings.smtp_port,
                settings.smtp_sender,
                settings.smtp_user,
                settings.smtp_password,
            )
        )

    def send(self, parcel: Parcel) -> str | None:
        """Hand it to the server; its Message-ID. Errors name no address."""
        mail = compose(parcel, self._config.sender)
        try:
            link = smtplib.SMTP(self._config.host, self._config.port, timeout=self._config.timeout_s)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryDelayed(f"the mail server can't be reached: {type(error).__name__}") from None
        try:
            self._prepare(link, parcel)
            self._hand_over(link, bytes(mail))
        finally:
            # What was accepted stays accepted, however the server takes its leave.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                link.quit()
            link.close()
        return str(mail["Message-ID"])

    def find(self, parcel: Parcel) -> Finding:
        """A mail server can't be asked."""
        return Finding(Sighting.UNKNOWABLE)

    def _prepare(self, link: smtplib.SMTP, parcel: Parcel) -> None:
        """Everything before the letter itself: a failure here leaves no doubt that it wasn't sent."""
        try:
            self._encrypt_and_log_in(link)
            code, _ = link.mail(self._config.sender)
            if not _is_yes(code):
                # Our own sender is the platform's to mend, not the recipient's fault: the letter waits.
                raise DeliveryDelayed(f"the mail server does not take our sender: {code}")
            _expect(link.rcpt(parcel.address), "the recipient")
        except smtplib.SMTPResponseException as error:
            raise DeliveryDelayed(f"the mail server refused us: {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryDelayed(f"the mail server broke off: {type(error).__name__}") from None

    def _encrypt_and_log_in(self, link: smtplib.SMTP) -> None:
        link.ehlo_or_helo_if_needed()
        if link.has_extn("starttls"):
            link.starttls(context=self._config.tls())
            link.ehlo()
        elif self._config.user is not None:
            raise DeliveryDelayed("the mail server offers no encryption, and the password doesn't travel without")
        if self._config.user is not None and self._config.password is not None:
            link.login(self._config.user, self._config.password.reveal())

    def _hand_over(self, link: smtplib.SMTP, letter: bytes) -> None:
        try:
            _expect(link.data(letter), "the letter")
        except smtplib.SMTPDataError as error:
            raise _by_code(error.smtp_code, "the letter") from None
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryUncertain(f"the mail server did not answer: {type(error).__name__}") from None


def compose(parcel: Parcel, sender: str) -> EmailMessage:
    """The letter. Its Message-ID comes from the notification, its thread from the incident."""
    domain = sender.rpartition("@")[2]
    thread = f"<{parcel.thread}.incident@{domain}>"
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = formataddr(("Vigie", sender))
    mail["To"] = parcel.address
    mail["Subject"] = parcel.subject
    mail["Date"] = format_datetime(parcel.at)
    mail["Message-ID"] = f"<{parcel.notification}@{domain}>"
    mail["In-Reply-To"] = thread
    mail["References"] = thread
    # Holiday notices and mailing lists leave such a letter unanswered (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in _for_filters(parcel, domain).items():
        mail[name] = value
    body = parcel.body if parcel.link is None else f"{parcel.body}\n{_LINK.format(parcel.link)}"
    mail.set_content(body)
    mail.add_alternative(page_of(parcel.subject, body, parcel.language), subtype="html")
    return mail


def _for_filters(parcel: Parcel, domain: str) -> dict[str, str]:
    """What a mailbox can sort by, and what keeps holiday notices of Exchange away."""
    found = {
        "List-Id": f"Vigie <alertes.{domain}>",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": parcel.language.value,
        "X-Vigie-Incident": parcel.incident or "",
        "X-Vigie-Kind": parcel.kind,
        "X-Vigie-Team": parcel.team,
        "X-Vigie-Criticality": parcel.criticality,
        "Importance": "high" if parcel.criticality == Criticality.VITAL.value else "",
    }
    return {name: value for name, value in found.items() if value}


def _expect(answer: tuple[int, bytes], what: str) -> None:
    if not _is_yes(answer[0]):
        raise _by_code(answer[0], what)


def _is_yes(code: int) -> bool:
    return 200 <= code < 300


def _by_code(code: int, what: str) -> DeliveryError:
    if code >= 500:
        return DeliveryRefused(f"the mail server refused {what}: {code}")
    return DeliveryDelayed(f"the mail server does not take {what} now: {code}")
