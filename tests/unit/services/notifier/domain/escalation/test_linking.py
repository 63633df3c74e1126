"""Links in mails: signed, expiring, saying nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.notifier.domain.escalation.linking import LIFE, Claim, Links, Validity

NOTICE = "0d9c7a52-7f0e-5a58-9a86-6b3b8e8e4a11"
LINKS = Links(b"a-key-of-our-own", "https://vigie.example.org/")


def token_at(start: datetime) -> str:
    return LINKS.to(NOTICE, start).rpartition("/")[2]


def test_a_link_is_good_until_it_expires(start: datetime) -> None:
    token = token_at(start)
    assert LINKS.read(token, start + LIFE) == Claim(Validity.GOOD, NOTICE)
    assert LINKS.read(token, start + LIFE + timedelta(seconds=1)) == Claim(Validity.EXPIRED, NOTICE)


def test_a_link_is_the_same_at_each_attempt_and_names_nobody(start: datetime) -> None:
    assert LINKS.to(NOTICE, start) == LINKS.to(NOTICE, start)
    assert LINKS.to(NOTICE, start).startswith("https://vigie.example.org/v1/acknowledge/")
    assert len(token_at(start)) == 55


def test_every_letter_of_a_link_counts(start: datetime) -> None:
    token = token_at(start)
    for index in range(len(token) - 1):
        other = "A" if token[index] != "A" else "B"
        assert LINKS.read(token[:index] + other + token[index + 1 :], start).validity is Validity.FORGED


@pytest.mark.parametrize("token", ["", "A", "é", "%00", "A" * 55, "A" * 5000, "....", "a b"])
def test_what_is_no_link_is_forged(token: str, start: datetime) -> None:
    assert LINKS.read(token, start) == Claim(Validity.FORGED)


def test_another_key_makes_another_link(start: datetime) -> None:
    assert Links(b"another-key", "https://x").read(token_at(start), start).validity is Validity.FORGED


def test_a_form_belongs_to_its_link(start: datetime) -> None:
    token = token_at(start)
    assert LINKS.is_form(token, LINKS.form(token))
    assert not LINKS.is_form(token, "")
    assert not LINKS.is_form(token, LINKS.form("another"))
    assert LINKS.form(token) not in token


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080", False),
        ("http://localhost", False),
        ("https://vigie.example.org", True),
        ("", False),
        ("http://[::1]:80", False),
    ],
)
def test_a_link_to_this_machine_reaches_nobody(url: str, expected: bool) -> None:
    assert Links(b"k", url).are_reachable is expected
