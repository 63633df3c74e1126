"""Text messages stay in the GSM alphabet where they can, and within two parts."""

from __future__ import annotations

import pytest

from services.notifier.domain.sms_text import LIMIT, fit, fold, is_gsm, length


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
