"""Both languages have all phrases, with gaps that something fills."""

import re
from string import Formatter

import pytest

from services.rules_engine.domain.operators import ALL
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.wording.english import English
from services.rules_engine.domain.wording.french import French
from services.rules_engine.domain.wording.grammar import fill

GRAMMARS = (French(), English())


def gaps(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def meant(grammar, text):
    """The gaps of a phrase that are not of its own language's making: ``{of0}`` is ``{0}``, ``{est}`` is nothing."""
    found = {re.sub(r"^(of_|of(?=\d)|to(?=\d)|that(?=\d))", "", name) for name in gaps(text)}
    return found - set(grammar.agreeing(Phrase("")))


def test_both_languages_have_the_same_phrases():
    assert set(French.phrases) == set(English.phrases)


@pytest.mark.parametrize("name", sorted(French.phrases))
def test_a_phrase_says_the_same_things_in_both_languages(name):
    french, english = (meant(grammar, grammar.phrases[name]) for grammar in GRAMMARS)
    # Where French agrees with a noun, English may need none: ``pour chacune d'entre elles``.
    assert english <= french | {"0"}
    assert french <= english | {"0"}


@pytest.mark.parametrize("operator", ALL, ids=lambda operator: operator.names[0])
@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda grammar: grammar.language)
def test_the_words_of_an_operator_have_no_gap_that_stays_open(operator, grammar):
    values = [Phrase("la valeur a"), Phrase("la valeur b"), Phrase("la valeur c")]
    said = fill(grammar, operator.words[grammar.language], *values).text
    assert "valeur" in said
    assert "{" not in said
