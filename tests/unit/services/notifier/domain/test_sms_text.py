"""Text messages stay in the GSM alphabet where they can, and within two parts."""

from __future__ import annotations

import pytest

from services.notifier.domain.sms_text import LIMIT, Alphabet, Measure, fit, fold, is_gsm, length, measure


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("à é è ù É Ç", "à é è ù É Ç", id="in-the-alphabet"),
        pytest.param("ça forêt âge île côté sûr naïf", "ca foret age ile coté sur naif", id="near-letters"),
        pytest.param("œuvre, Œ", "oeuvre, OE", id="ligatures"),
        pytest.param("l’eau monte – vite… «!»", 'l\'eau monte - vite... "!"', id="typography"),
        pytest.param("−2 °C, 3 m³/s, 2\N{NO-BREAK SPACE}m", "-2 C, 3 m3/s, 2 m", id="units"),
        pytest.param("Œ À Ê", "OE A E", id="capitals"),
    ],
)
def test_a_letter_becomes_a_near_one_of_the_alphabet(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert is_gsm(folded)


def test_a_letter_without_a_near_one_stays() -> None:
    assert fold("Ж") == "Ж"
    assert not is_gsm("Ж")


def test_brackets_take_two_places() -> None:
    assert length("[a]") == 5


@pytest.mark.parametrize("letter", ["a", "€"])
def test_a_long_text_is_cut_at_its_end(letter: str) -> None:
    text = fit("Vigie V-7K3Q : " + letter * 1000)
    assert text.startswith("Vigie V-7K3Q : ")
    assert text.endswith("...")
    assert LIMIT - 1 <= length(text) <= LIMIT


def test_a_text_is_on_one_line() -> None:
    assert fit(" Vigie\n V-7K3Q\t: ") == "Vigie V-7K3Q :"


BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""3GPP TS 23.038, 6.2.1, but for the escape."""


def test_the_alphabet_is_whole() -> None:
    assert len(set(BASIC)) == 127
    assert measure(BASIC) == Measure(Alphabet.GSM_7, 127, 1)
    assert measure("^{}\\[~]|€\f") == Measure(Alphabet.GSM_7, 20, 1)


@pytest.mark.parametrize("letter", list("êçâîôûœëïÀÈÙÂÊÎÔÛŒŸáíó’«»–…\N{NO-BREAK SPACE}²°"))
def test_french_letters_that_force_ucs_2(letter: str) -> None:
    found = measure(f"ab{letter}{letter}")
    assert (found.alphabet, found.foreign) == (Alphabet.UCS_2, ((letter, 3),))


@pytest.mark.parametrize("letter", list("éèàùìòÇÉ§"))
def test_french_letters_that_do_not(letter: str) -> None:
    assert measure(letter).alphabet is Alphabet.GSM_7


@pytest.mark.parametrize(
    ("text", "places", "segments"),
    [
        pytest.param("", 0, 1, id="even-nothing-is-paid-for"),
        pytest.param("a" * 160, 160, 1, id="one-full"),
        pytest.param("a" * 161, 161, 2, id="one-more"),
        pytest.param("a" * 306, 306, 2, id="two-full"),
        pytest.param("a" * 307, 307, 3, id="a-third"),
        pytest.param("€" * 80, 160, 1, id="extension-alone"),
        pytest.param("a" * 152 + "€" + "a" * 152, 306, 3, id="an-extended-letter-is-not-torn-and-pushes-one-out"),
        pytest.param("a" * 152 + "€" + "a" * 151, 305, 2, id="an-extended-letter-begins-the-next-part"),
        pytest.param("ê" * 70, 70, 1, id="ucs-one-full"),
        pytest.param("ê" * 71, 71, 2, id="ucs-one-more"),
        pytest.param("ê" * 134, 134, 2, id="ucs-two-full"),
        pytest.param("ê" * 135, 135, 3, id="ucs-a-third"),
        pytest.param("ê" + "€" * 69, 70, 1, id="in-ucs-the-extension-takes-one"),
        pytest.param("🚨" * 35, 70, 1, id="pairs-alone"),
        pytest.param("ê" * 66 + "🚨" + "ê" * 66, 134, 3, id="a-pair-is-not-torn-and-pushes-one-out"),
        pytest.param("ê" * 66 + "🚨" + "ê" * 65, 133, 2, id="a-pair-begins-the-next-part"),
    ],
)
def test_segments(text: str, places: int, segments: int) -> None:
    found = measure(text)
    assert (found.places, found.segments) == (places, segments)


def test_it_says_which_letter_doubles_the_price() -> None:
    text = "Crue en forêt : " + "a" * 60
    assert measure(text).explained() == "2 segments, UCS-2, 76 places, à cause de / because of 'ê' (12)"
    assert measure(fold(text)).explained() == "1 segment, GSM-7, 76 places"
