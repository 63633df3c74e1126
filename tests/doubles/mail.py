"""A double of a mail server: takes letters over real SMTP and keeps them."""

from __future__ import annotations

import asyncio
import socket
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as mail_policy
from typing import Any, Self

from aiosmtpd.controller import Controller


def text_of(letter: EmailMessage) -> str:
    """What its text part says."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


class MailDouble:
    """A mail server with its own will, in a thread.

    Args:
        options: aiosmtpd's, such as ``tls_context``.

    Attributes:
        letters: recipient and letter, in the order in which they were accepted.
        was_encrypted: for each of them, whether it travelled so.
        mail, rcpt, data: what it answers to a sender, to a recipient and to a letter.
        is_silent: it reads the letter and never answers.
    """

    def __init__(self, **options: Any) -> None:
        self.mail = self.rcpt = self.data = "250 OK"
        self.is_silent = False
        self.letters: list[tuple[str, EmailMessage]] = []
        self.was_encrypted: list[bool] = []
        self._held: asyncio.Event | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the port; those that wait are cut off."""
        if self._controller.loop.is_running():
            self._controller.stop()

    def hold(self) -> None:
        """Go on accepting letters, but let nobody know before ``release``."""
        self._held = asyncio.Event()

    def release(self) -> None:
        """Answer those that wait, and from now on at once."""
        held, self._held = self._held, None
        if held is not None:
            self._controller.loop.call_soon_threadsafe(held.set)

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.is_silent:
            await asyncio.Event().wait()
        if self.data.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=mail_policy)
            self.letters.append((envelope.rcpt_tos[0], letter))
            self.was_encrypted.append(session.ssl is not None)
        if self._held is not None:
            await self._held.wait()
        return self.data
