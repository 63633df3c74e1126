"""What a mail server is given, how, and what its answers mean."""

from __future__ import annotations

import gc
import re
import ssl
from collections.abc import Callable
from typing import Any

import pytest

from services.notifier.domain.channel import Medium, Parcel
from shared.errors import DeliveryDelayed, DeliveryError, DeliveryRefused
from shared.runtime.settings import Secret


def test_a_letter_is_threaded_by_incident_and_named_by_notification(
    mail_server_of: Any, mail_channel_of: Any, parcel_of: Callable[..., Parcel]
) -> None:
    server, parcel = mail_server_of(), parcel_of(Medium.EMAIL)
    assert mail_channel_of(server.port).send(parcel) == f"<{parcel.notification}@vigie.example.org>"
    ((_, letter),) = server.letters
    thread = f"<{parcel.thread}.incident@vigie.example.org>"
    assert (letter["In-Reply-To"], letter["References"]) == (thread, thread)
    assert letter["Message-ID"] == f"<{parcel.notification}@vigie.example.org>"
    assert (letter["Subject"], letter["To"]) == (parcel.subject, parcel.address)
    assert letter["From"] == "Vigie <alerte@vigie.example.org>"
    assert letter["Date"].datetime == parcel.at
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_letter_travels_in_seven_bits(
    mail_server_of: Any, mail_channel_of: Any, parcel_of: Callable[..., Parcel]
) -> None:
    server = mail_server_of()
    mail_channel_of(server.port).send(parcel_of(Medium.EMAIL))
    assert re.fullmatch(r"[\x00-\x7f]*", server.letters[0][1].as_bytes().decode("latin-1"))


def test_encryption_that_is_offered_is_used_and_the_user_logs_in_behind_it(
    encrypting: Any, mail_channel_of: Any, parcel_of: Callable[..., Parcel]
) -> None:
    channel = mail_channel_of(encrypting.port, user="vigie", password=Secret("secret"))
    channel.send(parcel_of(Medium.EMAIL))
    assert encrypting.was_encrypted == [True]


# Where eventlet has patched ssl, its socket is not closed when the handshake fails, only collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"password": Secret("wrong")}, id="wrong-password"),
        pytest.param({"tls": ssl.create_default_context}, id="certificate-not-trusted"),
    ],
)
def test_a_server_that_does_not_let_us_in_delays_the_letter(
    encrypting: Any, mail_channel_of: Any, parcel_of: Callable[..., Parcel], said: dict[str, Any]
) -> None:
    channel = mail_channel_of(encrypting.port, **({"user": "vigie", "password": Secret("secret")} | said))
    with pytest.raises(DeliveryDelayed):
        channel.send(parcel_of(Medium.EMAIL))
    gc.collect()
    assert encrypting.letters == []


def test_a_password_does_not_travel_in_clear(
    mail_server_of: Any, mail_channel_of: Any, parcel_of: Callable[..., Parcel]
) -> None:
    channel = mail_channel_of(mail_server_of().port, user="vigie", password=Secret("secret"))
    with pytest.raises(DeliveryDelayed, match="no encryption"):
        channel.send(parcel_of(Medium.EMAIL))


@pytest.mark.parametrize(
    ("step", "answer", "raised"),
    [
        pytest.param("rcpt", "450 later", DeliveryDelayed, id="recipient-later"),
        pytest.param("rcpt", "550 unknown", DeliveryRefused, id="recipient-never"),
        pytest.param("data", "452 full", DeliveryDelayed, id="letter-later"),
        pytest.param("data", "554 spam", DeliveryRefused, id="letter-never"),
        pytest.param("mail", "550 not you", DeliveryDelayed, id="our-sender-is-wrong"),
    ],
)
def test_an_answer_is_told_apart(
    mail_server_of: Any,
    mail_channel_of: Any,
    parcel_of: Callable[..., Parcel],
    step: str,
    answer: str,
    raised: type[DeliveryError],
) -> None:
    server = mail_server_of()
    setattr(server, step, answer)
    with pytest.raises(DeliveryError) as caught:
        mail_channel_of(server.port).send(parcel_of(Medium.EMAIL))
    assert type(caught.value) is raised
    assert answer[:3] in str(caught.value)


def test_a_letter_has_a_text_a_page_and_what_mailboxes_sort_by(
    mail_server_of: Callable[..., Any], mail_channel_of: Callable[..., Any], parcel_of: Callable[..., Parcel]
) -> None:
    server, parcel = mail_server_of(), parcel_of(Medium.EMAIL)
    mail_channel_of(server.port).send(parcel)
    letter = server.letters[0][1]
    assert letter.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    page = letter.get_body(("html",)).get_content()
    assert '<html lang="fr">' in page
    assert "Forêt d&#x27;Île œuvrée" in page
    assert letter["List-Id"] == "Vigie <alertes.vigie.example.org>"
    assert (letter["X-Vigie-Incident"], letter["X-Vigie-Kind"]) == (parcel.incident, "fire")
    assert letter["Importance"] == "high"


def test_the_link_of_a_mail_stands_below_its_text(
    mail_server_of: Any, mail_channel_of: Any, parcel_of: Callable[..., Parcel]
) -> None:
    server = mail_server_of()
    link = "https://vigie.example.org/v1/acknowledge/" + "a" * 55
    mail_channel_of(server.port).send(parcel_of(Medium.EMAIL, link=link))
    ((_, letter),) = server.letters
    text = letter.get_body(("plain",)).get_content()
    assert text.index("Forêt d'Île œuvrée") < text.index("Prendre en compte") < text.index(link)
