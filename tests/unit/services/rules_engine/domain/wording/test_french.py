"""Articles and agreement in French: a title is free text, and what isn't known for sure is quoted."""

from datetime import time

import pytest

from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.wording.french import French
from services.rules_engine.domain.wording.grammar import fill, listed

FRENCH = French()


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Remplissage", "le remplissage"),
        ("Hauteur à l'échelle", "la hauteur à l'échelle"),
        ("Humidité du sol", "l'humidité du sol"),
        ("Éclairement", "l'éclairement"),
        ("Oxygène dissous", "l'oxygène dissous"),
        ("Poids collecté", "le poids collecté"),
        ("Précipitations", "les précipitations"),
        ("Concentration en ozone", "la concentration en ozone"),
        ("LAeq, niveau équivalent", "le niveau équivalent LAeq"),
        ("pH", "le pH"),
        ("NO2", "le NO2"),
        ("O3, ozone", "l'ozone O3"),
        ("Eau, de surface", "l'eau"),
        ("Zorglub", "la valeur « Zorglub »"),
    ],
)
def test_a_property_has_its_article(title, told):
    assert FRENCH.property(title, counts=False).text == told


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Vélos par quart d'heure", "le nombre de vélos par quart d'heure"),
        ("Entrées", "le nombre d'entrées"),
        ("Cris et chants reconnus", "le nombre de cris et chants reconnus"),
        ("Trafic", "le trafic"),
    ],
)
def test_what_counts_things_is_their_number(title, told):
    assert FRENCH.property(title, counts=True).text == told


@pytest.mark.parametrize(
    ("title", "one", "several"),
    [
        ("Borne d'apport volontaire", "borne d'apport volontaire", "bornes d'apport volontaire"),
        ("Compteur de vélos quotidien", "compteur de vélos quotidien", "compteurs de vélos quotidiens"),
        ("Pluviomètre quotidien", "pluviomètre quotidien", "pluviomètres quotidiens"),
        ("Sonde de qualité de l'eau", "sonde de qualité de l'eau", "sondes de qualité de l'eau"),
        ("Panneau lumineux", "panneau lumineux", "panneaux lumineux"),
        ("Station hydrométrique (Hub'Eau)", "station hydrométrique (Hub'Eau)", "stations hydrométriques (Hub'Eau)"),
        ("Hauteur d'eau", "point de mesure de la hauteur d'eau", "points de mesure de la hauteur d'eau"),
        ("Collecte", "point de mesure « Collecte »", "points de mesure « Collecte »"),
    ],
)
def test_a_kind_is_counted(title, one, several):
    noun = FRENCH.kind(title)
    assert (noun.singular, noun.plural) == (one, several)


@pytest.mark.parametrize(
    ("text", "of", "to"),
    [
        ("le débit", "du débit", "au débit"),
        ("les vélos", "des vélos", "aux vélos"),
        ("la pluie", "de la pluie", "à la pluie"),
        ("l'éclairement", "de l'éclairement", "à l'éclairement"),
        ("une heure", "d'une heure", "à une heure"),
        ("2 m", "de 2 m", "à 2 m"),
        ("hauteur", "de hauteur", "à hauteur"),
        ("humidité", "d'humidité", "à humidité"),
    ],
)
def test_articles_grow_together_with_prepositions(text, of, to):
    assert (FRENCH.of(text), FRENCH.to(text)) == (of, to)


@pytest.mark.parametrize(
    ("word", "text", "told"),
    [
        ("quand", "il pleut", "quand il pleut"),
        ("que", "il pleut", "qu'il pleut"),
        ("et que", "aucune mesure", "et qu'aucune mesure"),
        ("lorsque", "on est là", "lorsqu'on est là"),
        ("si", "il pleut", "s'il pleut"),
        ("si", "elle pleut", "si elle pleut"),
    ],
)
def test_words_lose_a_vowel_before_another(word, text, told):
    assert FRENCH.after(word, text) == told


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (Phrase("le débit"), "le débit est inférieur à la pluie"),
        (Phrase("la pluie", feminine=True), "la pluie est inférieure à la pluie"),
        (Phrase("les flux", plural=True), "les flux sont inférieurs à la pluie"),
        (Phrase("les pluies", feminine=True, plural=True), "les pluies sont inférieures à la pluie"),
    ],
)
def test_verbs_and_adjectives_agree(subject, told):
    assert fill(FRENCH, "{0} {est} inférieur{e} {to1}", subject, Phrase("la pluie")).text == told


def test_numbers_and_moments():
    assert [FRENCH.count(number, feminine=True) for number in (1, 3, 12)] == ["une", "trois", "12"]
    assert [FRENCH.ordinal(number) for number in (1, 10, 99.9)] == ["1er", "10e", "99,9e"]
    assert [FRENCH.clock(time(hour, minute)) for hour, minute in ((0, 0), (5, 30), (12, 0), (22, 0), (6, 5))] == [
        "minuit", "5 h 30", "midi", "22 h", "6 h 05",
    ]  # fmt: skip
    assert [FRENCH.lasting(number, "h") for number in (1, 1.5, 4)] == ["une heure", "1,5 heure", "4 heures"]
    assert [FRENCH.day(6, day) for day in (1, 15)] == ["1er juin", "15 juin"]


def test_lists():
    assert listed(FRENCH, ["a"]) == "a"
    assert listed(FRENCH, ["a", "b", "c"], "or") == "a, b ou c"
