"""What is meant by an answer to a text message."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.notifier.domain.escalation import replying
from services.notifier.domain.escalation.replying import Meaning, Told, Understood, understood


@pytest.fixture
def told(start: datetime) -> list[Told]:
    """Two that are open, one of them taken, and one that is over."""
    return [
        Told(incident="i-1", code="V-7K3Q", is_open=True, told_at=start, by_text=True),
        Told(incident="i-2", code="V-VB2S", is_open=True, told_at=start, by_text=True, is_taken=True),
        Told(incident="i-3", code="V-8M4P", is_open=False, told_at=start, by_text=True),
    ]


@pytest.mark.parametrize(
    ("text", "incident"),
    [
        ("V-7K3Q", "i-1"),
        ("7K3Q", "i-1"),
        ("v7k3q", "i-1"),
        (" v 7k 3q ", "i-1"),
        ("ok v-7k3q merci", "i-1"),
        ("V–7K3Q.", "i-1"),
        ("7K30", "i-1"),
        ("VB2S", "i-2"),
        ("V-VBZ5", "i-2"),
        ("UB25", "i-2"),
        ("8M4P", "i-3"),
    ],
)
def test_a_code_is_known_as_people_write_it(told: list[Told], start: datetime, text: str, incident: str) -> None:
    found = understood(text, told, start)
    assert (found.meaning, found.incident) == (Meaning.ACKNOWLEDGE, incident)


@pytest.mark.parametrize("text", ["V-9999", "ok V-9999", "7K3", "merci", "", "?!", "🌊", "okay"])
def test_what_is_no_code_of_theirs_is_unclear(told: list[Told], start: datetime, text: str) -> None:
    assert understood(text, told, start) == Understood(Meaning.UNCLEAR, codes=("V-7K3Q", "V-VB2S"))


@pytest.mark.parametrize("text", ["ok V-ABCD", "OK vabcd", "ok v ab cd", "vu V-7K3QX", "faux V-HJKM"])
def test_a_word_with_a_code_that_is_not_theirs_is_about_no_other_incident(
    told: list[Told], start: datetime, text: str
) -> None:
    assert understood(text, told[:1], start) == Understood(Meaning.UNCLEAR, codes=("V-7K3Q",))


@pytest.mark.parametrize("text", ["OK", "ok", "Ok !", "ok merci", "Vu", "oui.", "ok j'y vais", "ok voilà", "ok vu"])
def test_ok_is_about_the_only_one_that_nobody_has_taken(told: list[Told], start: datetime, text: str) -> None:
    assert understood(text, told, start).incident == "i-1"


def test_ok_with_two_to_choose_from_asks_for_a_code(told: list[Told], start: datetime) -> None:
    two = [Told(incident="i-9", code="V-AAAA", is_open=True, told_at=start, by_text=True), *told]
    assert understood("OK", two, start) == Understood(Meaning.AMBIGUOUS, codes=("V-AAAA", "V-7K3Q"))


def test_ok_is_not_about_what_was_told_long_ago_or_by_mail(told: list[Told], start: datetime) -> None:
    later = start + timedelta(hours=25)
    assert understood("OK", told, later).meaning is Meaning.NOTHING_OPEN
    mailed = [Told(incident="i-1", code="V-7K3Q", is_open=True, told_at=start, by_text=False)]
    assert understood("OK", mailed, start).meaning is Meaning.NOTHING_OPEN
    assert understood("7K3Q", mailed, later).incident == "i-1"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("STOP", Meaning.STOP),
        ("stop.", Meaning.STOP),
        ("Arrêt", Meaning.STOP),
        ("START", Meaning.START),
        ("reprise", Meaning.START),
        ("aide", Meaning.HELP),
        ("HELP", Meaning.HELP),
        # Somebody who tells of pumps does not mean us.
        ("stop les pompes", Meaning.UNCLEAR),
    ],
)
def test_words_are_understood_alone(told: list[Told], start: datetime, text: str, meaning: Meaning) -> None:
    assert understood(text, told, start).meaning is meaning


def test_an_opinion_is_about_a_code_or_the_only_one(told: list[Told], start: datetime) -> None:
    assert understood("FAUX 8M4P", told, start) == Understood(Meaning.FALSE_ALARM, "i-3", ("V-7K3Q", "V-VB2S"))
    assert understood("utile", told[:1], start) == Understood(Meaning.USEFUL, "i-1", ("V-7K3Q",))
    assert understood("utile", told, start).meaning is Meaning.AMBIGUOUS


def test_of_two_that_had_one_code_the_open_one_is_meant(told: list[Told], start: datetime) -> None:
    again = [Told(incident="i-9", code="V-7K3Q", is_open=False, told_at=start, by_text=True), *told]
    assert understood("7K3Q", again, start).incident == "i-1"
    over = [item for item in again if not item.is_open]
    assert understood("7K3Q", over, start).incident == "i-9"


@pytest.mark.parametrize("text", ["7K3Q", "ok v7k3q", "V - 7k3q merci", "ok v 7k 3q"])
def test_codes_are_read_as_people_write_them(text: str) -> None:
    assert "V-7K3Q" in replying.codes_written(text)


def test_english_words_are_understood_too(told: list[Told], start: datetime) -> None:
    assert understood("yes", told, start).incident == "i-1"
