"""What is answered to a text message, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.domain import sms_text
from services.notifier.domain.channel import Language
from services.notifier.domain.escalation import answering
from services.notifier.domain.escalation.answering import Answers
from services.notifier.domain.escalation.replying import Meaning, Understood

NOW = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
FRENCH, ENGLISH = Answers(Language.FRENCH), Answers(Language.ENGLISH)


def every(said: Answers) -> list[str]:
    codes = tuple(f"V-{letter * 4}" for letter in "23456789ABCDEFGH")
    name = (
        "Jean-Baptiste de la Rochefoucauld-Montbel, responsable de l'exploitation du réseau pluvial, secteur nord-est"
    )
    return [
        *(said.otherwise(Understood(item, codes=codes)) for item in Meaning),
        *(said.otherwise(Understood(item)) for item in Meaning),
        said.done("V-7K3Q"),
        said.already("V-7K3Q", name, is_own=False),
        said.already("V-7K3Q", name, is_own=True),
        said.resolved("V-7K3Q", NOW, NOW, codes),
        said.resolved("V-7K3Q", NOW - timedelta(days=90), NOW, codes),
        said.noted("V-7K3Q"),
        said.opted(out=True),
        said.opted(out=False),
    ]


@pytest.mark.parametrize("text", [*every(FRENCH), *every(ENGLISH)])
def test_every_answer_is_one_part_in_the_gsm_alphabet(text: str) -> None:
    assert sms_text.is_gsm(text)
    assert 0 < sms_text.length(text) <= answering.PART


@pytest.mark.parametrize(("french", "english"), list(zip(every(FRENCH), every(ENGLISH), strict=True)))
def test_the_two_languages_never_say_it_in_the_same_words(french: str, english: str) -> None:
    assert french != english
    assert not {"alerte", "prise", "votre", "vous", "En cours"} & set(english.split())


def test_an_answer_names_the_codes_to_choose_from() -> None:
    two = Understood(Meaning.AMBIGUOUS, codes=("V-7K3Q", "V-8M4P"))
    assert FRENCH.otherwise(two).endswith("En cours : V-7K3Q, V-8M4P")
    assert ENGLISH.otherwise(two).endswith("Open: V-7K3Q, V-8M4P")
    many = FRENCH.otherwise(Understood(Meaning.UNCLEAR, codes=tuple(f"V-{n}AAA" for n in range(2, 10)) * 2))
    assert "+" in many


def test_what_ended_long_ago_is_told_with_its_day_and_what_is_open() -> None:
    ago = NOW - timedelta(days=90)
    assert (
        FRENCH.resolved("V-7K3Q", NOW, NOW, ("V-8M4P",)) == "Vigie V-7K3Q : l'alerte est terminée, plus rien à faire."
    )
    assert FRENCH.resolved("V-7K3Q", ago, NOW, ("V-8M4P",)) == (
        "Vigie V-7K3Q : alerte terminée depuis le 12/10/2021, plus rien à faire. En cours : V-8M4P"
    )
