import pytest

from services.rules_engine.domain.explaining import rule_in_words, trace_in_words
from services.rules_engine.domain.operators import ALL


def test_a_rule_is_a_sentence_in_both_languages(rule):
    made = rule(
        for_each="{kind: water-level, area: berges}",
        for_="30 min",
        until="{below: [level, 1.8 m]}",
        until_for="2 h",
        then='[{notify: {team: astreinte, message: m, digest: "05:00"}}, '
        "{light: {group: lampes, level: 100 %, at_most: 4 h, reason: crue}}]",
    )
    words = rule_in_words(made)
    assert words.fr == (
        "Pour chaque point « Hauteur d'eau » de la zone berges : alerte orange quand Hauteur dépasse 2 m "
        "pendant 30 min ; fin quand Hauteur est inférieur à 1,8 m pendant 2 h. "
        "Prévenir astreinte une fois par jour à 05:00 et éclairer lampes à 100 % au plus 4 h. "
        "Si une valeur manque, l'alerte en cours continue."
    )
    assert words.en == (
        "For each point 'Water level' in the area berges: orange alert when Level is above 2 m "
        "for 30 min; it ends when Level is below 1.8 m for 2 h. "
        "Tell astreinte once a day at 05:00 and light lampes at 100 % for at most 4 h. "
        "If a value is missing, a firing alert goes on."
    )


@pytest.mark.parametrize(
    ("when", "fr"),
    [
        ("{and: [{above: [level, 2 m]}, {below: [flow, 5]}]}", "Hauteur dépasse 2 m et Débit est inférieur à 5 m³/s"),
        ("{not: [{above: [level, 200 cm]}]}", "non (Hauteur dépasse 2 m)"),
        ("{between: [level, 1 m, 2 m]}", "Hauteur est entre 1 m et 2 m"),
        ('{"<": [1, {var: level}, 2]}', "1 m est inférieur à Hauteur et Hauteur est inférieur à 2 m"),
        ('{above: [{"+": [{var: level}, 1 m]}, 2]}', "(Hauteur + 1 m) dépasse 2 m"),
        ('{above: [{max: [{var: level}, 1 m]}, 2]}', "(le plus grand de Hauteur, 1 m) dépasse 2 m"),
        ('{in: [{var: level}, [1 m, 200 cm]]}', "Hauteur se trouve dans (1 m, 2 m)"),
        ('{some: [[{var: level}, 3 m], {above: ["", 250 cm]}]}',
         "pour au moins un élément de (Hauteur, 3 m), l'élément dépasse 2,5 m"),
        ('{all: [[{var: level}], {above: [{var: ["", 0]}, 1]}]}',
         "pour chaque élément de Hauteur, l'élément (à défaut 0 m) dépasse 1 m"),
        ('{above: [{reduce: [[{var: level}, 1 m], {"+": [{var: current}, {var: accumulator}]}, 0]}, 2]}',
         "(l'élément + le résultat jusque-là) pour chacun de (Hauteur, 1 m), à partir de 0 m) dépasse 2 m"),
        ('{missing: [level, flow]}', "ce qui manque parmi Hauteur, Débit"),
        ('{missing_some: [1, [level, flow]]}', "ce qui manque pour en avoir 1 parmi (Hauteur, Débit)"),
        ('{in: [a, {cat: [a, b]}]}', "a se trouve dans (a, b mis bout à bout)"),
        ('{equals: [{substr: [abc, 1, 1]}, b]}', "(l'extrait de abc à partir du caractère 1, de longueur 1) est égal"),
        ('{if: [{above: [flow, 5]}, {above: [level, 2]}, false]}', "si Débit dépasse 5 m³/s alors Hauteur dépasse 2 m"),
    ],
)  # fmt: skip
def test_conditions_in_words(rule, when, fr):
    assert fr in rule_in_words(rule(when=when)).fr


def test_a_decision_is_told_with_its_values(rule, kind):
    made = rule(when="{or: [{above: [level, 2 m]}, {below: [flow, 5]}]}")
    words = trace_in_words(made.when.trace([2.5, None]), kind)
    assert words.fr == (
        "Hauteur (2,5 m) dépasse 2 m : vrai ; Débit (inconnu) est inférieur à 5 m³/s : inconnu ; en tout : vrai"
    )
    assert words.en == ("Level (2.5 m) is above 2 m: true; Flow (unknown) is below 5 m³/s: unknown; all together: true")


@pytest.mark.parametrize("operator", ALL, ids=lambda operator: operator.names[0])
def test_every_operator_has_words_in_both_languages(operator):
    assert set(operator.words) == {"fr", "en"}
