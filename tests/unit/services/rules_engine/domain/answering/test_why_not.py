"""Why a rule does not fire: each reason, with the sentence that is said of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from services.rules_engine.domain.answering.answer import Quarantined
from services.rules_engine.domain.answering.asking import nearest
from services.rules_engine.domain.book import book_of, open_book
from services.rules_engine.domain.loading import load
from shared.model.observations import Quality
from tests.unit.services.rules_engine.domain.answering.questions import ask, missing, reasons
from tests.unit.services.rules_engine.domain.conftest import INVENTORY, KNOWN, START, rule_text
from tests.unit.services.rules_engine.domain.plays import BAD, book, levels, quarters

AT_NIGHT = "{time_between: ['22:00', '06:00']}"
WINDOW = "{above: [{avg_over: [level, 1 h]}, 2 m]}"
BOTH = "{and: [{above: [level, 2 m]}, {above: [flow, 30 m3/s]}]}"
EITHER = "{or: [{above: [level, 2 m]}, {above: [flow, 30 m3/s]}]}"
FLOW = {"name": "flow"}
OTHER = {"id": "barrage", "title": '"Barrage ouvert"', "when": "{above: [flow, 30 m3/s]}"}

# name; rule; observations; minute; reasons; everything that is missing
CASES = [
    (
        "below the threshold",
        {"when": "{at_least: [level, 1.80 m]}"}, quarters(1.5, 1.62), 20,
        ["below"],
        ["Le seuil de 1,80 m n'est pas atteint : 1,62 m pour la hauteur (écart : 0,18 m)."],
    ),
    (
        "not above: it is the threshold itself",
        {}, quarters(2), 5, ["below"],
        ["Le seuil de 2,00 m n'est pas dépassé : 2,00 m pour la hauteur."],
    ),
    (
        "too high for a rule of drought",
        {"when": "{below: [level, 0.40 m]}"}, quarters(0.55), 5,
        ["below"],
        ["Ce n'est pas passé sous 0,40 m : 0,55 m pour la hauteur (écart : 0,15 m)."],
    ),
    (
        "two things, one is there",
        {"when": BOTH}, [*quarters(2.5), *quarters(12, **FLOW)], 5,
        ["below"],
        ["Le seuil de 30 m³/s n'est pas dépassé : 12 m³/s pour le débit (écart : 18 m³/s)."],
    ),
    (
        "either would do",
        {"when": EITHER}, [*quarters(1.9), *quarters(12, **FLOW)], 5,
        ["below"],
        [
            ("Il suffirait de l'une de ces choses : le seuil de 2,00 m n'est pas dépassé : 1,90 m pour la hauteur "
            "(écart : 0,10 m) ; le seuil de 30 m³/s n'est pas dépassé : 12 m³/s pour le débit (écart : 18 m³/s).")
        ],
    ),
    (
        "what must not be is still so",
        {"when": "{not: {above: [level, 2 m]}}"}, quarters(2.5), 5,
        ["below"],
        ["Le seuil de 2,00 m est encore dépassé : 2,50 m pour la hauteur (écart : 0,50 m)."],
    ),
    (
        "the day of the week",
        {"when": "{and: [{above: [level, 2 m]}, {weekday: [sat, sun]}]}"}, quarters(2.5), 5,
        ["below"],
        ["Ceci n'est pas vrai : on est un samedi ou un dimanche."],
    ),
    (
        "hold not over",
        {"for_": "10 min"}, levels([(0, 1.5), (15, 2.5), (20.5, 2.6)]), 20.5,
        ["hold"],
        [
            ("La condition est remplie depuis 5 min 30 s (lundi 10 janvier 2022 à 01 h 15), il faut 10 minutes : "
            "il manque 4 min 30 s.")
        ],
    ),
    (
        "hold not over, and the value is too old before it is",
        {"for_": "1 h"},
        quarters(2.5),
        5,
        ["hold"],
        [
            (
                "La condition est remplie depuis 5 min (lundi 10 janvier 2022 à 01 h 00), il faut une heure : il "
                "manque 55 min ; il faut qu'une mesure arrive avant le lundi 10 janvier 2022 à 01 h 45."
            )
        ],
    ),
    (
        "hold not over, and the hours of the rule are before it is",
        {"for_": "20 min", "active": AT_NIGHT},
        quarters(2.5, begin=285),
        290,
        ["hold"],
        [
            (
                "La condition est remplie depuis 5 min (lundi 10 janvier 2022 à 05 h 45), il faut 20 minutes : il "
                "manque 15 min ; mais la règle cesse de s'appliquer le lundi 10 janvier 2022 à 06 h 00."
            )
        ],
    ),
    (
        "so many readings in a row",
        {"for_": "3 times"}, quarters(2.5, 2.6), 20,
        ["hold"],
        ["La condition a été remplie lors de 2 mesure(s) de suite, il en faut 3 : il en manque 1."],
    ),
    (
        "a stale value, and so a silent sensor",
        {}, quarters(2.5), 60 + 5,
        ["fires"],
        [
            "Plus aucune mesure depuis 1 h 5 min (la dernière : lundi 10 janvier 2022 à 01 h 00).",
            ("On ne peut pas le dire : la hauteur (inconnue) dépasse 2 m "
            "(dernière mesure trop ancienne : lundi 10 janvier 2022 à 01 h 00)."),
        ],
    ),
    (
        "a silent sensor",
        {}, quarters(1.5), 60,
        ["silent", "unknown"],
        [
            "Plus aucune mesure depuis 1 h (la dernière : lundi 10 janvier 2022 à 01 h 00).",
            ("On ne peut pas le dire : la hauteur (inconnue) dépasse 2 m "
            "(dernière mesure trop ancienne : lundi 10 janvier 2022 à 01 h 00)."),
        ],
    ),
    (
        "a sensor that never spoke",
        {}, [], 60,
        ["silent", "unknown"],
        [
            "Aucune mesure n'a jamais été reçue.",
            "On ne peut pas le dire : la hauteur (inconnue) dépasse 2 m (aucune mesure reçue).",
        ],
    ),
    (
        "one of two values is stale",
        {"when": BOTH}, [*quarters(1.5, 1.5, 1.5, 1.5, 2.5), *quarters(40, **FLOW)], 60,
        ["unknown"],
        [
            ("On ne peut pas le dire : le débit (inconnu) dépasse 30 m³/s "
            "(dernière mesure trop ancienne : lundi 10 janvier 2022 à 01 h 00).")
        ],
    ),
    (
        "a doubtful value",
        {}, quarters(1.5, BAD), 20,
        ["unknown"],
        ["On ne peut pas le dire : la hauteur (inconnue) dépasse 2 m (dernière mesure douteuse)."],
    ),
    (
        "an incomplete window",
        {"when": WINDOW}, quarters(2.5), 5,
        ["unknown"],
        [
            ("On ne peut pas le dire : la hauteur moyenne sur une heure (inconnue) dépasse 2 m "
            "(trop peu de mesures fiables sur une heure).")
        ],
    ),
    (
        "outside its hours",
        {"active": AT_NIGHT}, quarters(2.5, begin=600), 605,
        ["outside-active"],
        [
            ("La règle ne s'applique qu'entre 22 h et 6 h, et ce n'est pas le moment ; "
            "prochaine fois : lundi 10 janvier 2022 à 22 h 00.")
        ],
    ),
    (
        "outside its hours, and too low as well",
        {"active": AT_NIGHT}, quarters(1.5, begin=600), 605,
        ["outside-active", "below"],
        [
            ("La règle ne s'applique qu'entre 22 h et 6 h, et ce n'est pas le moment ; "
            "prochaine fois : lundi 10 janvier 2022 à 22 h 00."),
            "Le seuil de 2,00 m n'est pas dépassé : 1,50 m pour la hauteur (écart : 0,50 m).",
        ],
    ),
    (
        "told once this day",
        {"once_per": "day"}, quarters(2.5, 1.5, 2.5), 31,
        ["once-per"],
        [
            ("La règle a déjà alerté le lundi 10 janvier 2022 à 01 h 00, elle n'alerte plus avant le mardi 11 janvier "
            "2022 à 00 h 00.")
        ],
    ),
    (
        "the period is not over",
        {"every": "1 h", "when": "{above: [{max_over: [level, 1 h, 20 %]}, 2 m]}", "for_": "3 times"},
        quarters(2.5, 2.5, 2.5, 2.5, 2.5, 2.5), 76,
        ["hold", "period"],
        [
            "La condition a été remplie lors de 2 période(s) de suite, il en faut 3 : il en manque 1.",
            "La règle juge des périodes entières : la prochaine s'achève le lundi 10 janvier 2022 à 03 h 00.",
        ],
    ),
    (
        "it does fire",
        {"until": "{below: [level, 1.80 m]}"}, quarters(1.5, 2.5, 1.9), 35,
        ["fires"],
        ["Ce n'est pas passé sous 1,80 m : 1,90 m pour la hauteur (écart : 0,10 m)."],
    ),
    (
        "it does fire, and is about to end",
        {"until_for": "30 min"}, quarters(2.5, 1.5, 1.5), 35,
        ["fires"],
        [
            "La fin est en vue depuis 20 min (lundi 10 janvier 2022 à 01 h 15), il faut 30 minutes : il manque 10 min."
        ],
    ),
]  # fmt: skip


def with_point(name, **changes):
    """The small city with a point changed."""
    points = tuple(structs.replace(each, **changes) if each.id == name else each for each in INVENTORY.points)
    return structs.replace(INVENTORY, points=points)


@pytest.mark.parametrize(
    ("lines", "seen", "at", "why", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_why_a_rule_does_not_fire(lines, seen, at, why, said):
    answer = ask(book(lines), seen, at)
    assert reasons(answer) == why
    assert missing(answer) == said


def test_it_is_held_back_by_another_rule_that_is_named_with_since_when_it_fires():
    made = book(OTHER, {"unless": "barrage"})
    seen = [*quarters(40, 40, 40, **FLOW), *quarters(1.5, 2.5, 2.5)]
    answer = ask(made, seen, 40)
    assert reasons(answer) == ["gives-way"]
    assert answer.said.fr == (
        "Non : la règle « Barrage ouvert » est déclenchée au même point depuis le lundi 10 janvier 2022 à 01 h 00, et "
        "celle-ci s'efface devant elle."
    )


def test_a_rule_that_gave_way_to_one_that_has_just_ended_says_when_it_looks_again():
    made = book(OTHER, {"unless": "barrage"})
    seen = [*quarters(40, 40, 40, **FLOW), *quarters(1.5, 2.5, 2.5)]
    answer = ask(made, seen, 40, firing={})
    assert reasons(answer) == ["undecided"]
    assert answer.said.fr.startswith("Non : tout est réuni, et la décision tombe le lundi 10 janvier 2022 à 01 h 4")


def test_it_lets_another_rule_speak_first():
    made = book(OTHER, {"unless": "barrage"})
    answer = ask(made, [*quarters(1, 1, **FLOW), *quarters(1.5, 2.5)], 15.5)
    assert reasons(answer) == ["settling"]
    assert missing(answer) == [
        "La règle laisse d'abord parler « Barrage ouvert », jusqu'au lundi 10 janvier 2022 à 01 h 16."
    ]


def test_a_rule_that_was_set_aside_says_so_first():
    aside = {"gemapi.crue": Quarantined(START + timedelta(minutes=5), "ZeroDivisionError: division by zero")}
    answer = ask(book({}), quarters(1.5), 10, quarantined=aside)
    assert reasons(answer) == ["quarantined", "below"]
    assert answer.said.fr == (
        "Non : la règle est mise à l'écart depuis le lundi 10 janvier 2022 à 01 h 05, parce qu'elle a échoué : "
        "ZeroDivisionError: division by zero."
    )


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ("{kind: water-level, points: [portet]}", "il n'est pas parmi les points nommés (« Portet »)"),
        ("{kind: luminaire}", "c'est un point du type « water-level », et elle surveille le type « luminaire »"),
        ("{kind: water-level, group: stations}", "il n'est pas dans le groupe « Stations »"),
        ("{kind: water-level, tags: [aval]}", "il ne porte pas l'étiquette « aval »"),
        ("{kind: water-level, not: {area: berges}}", "il est parmi les exceptions"),
        (
            "{kind: water-level, or: [{tags: [aval]}, {group: stations}]}",
            (
                "aucun de ces choix ne le prend : il ne porte pas l'étiquette « aval » et il n'est pas dans le groupe "
                "« Stations »"
            ),
        ),
    ],
)
def test_a_point_that_is_not_selected_is_told_what_it_misses(selector, said):
    silent = {"when": "{absent_for: 1 h}", "then": "[{notify: {team: astreinte, message: m}}]"}
    lines = {"for_each": selector, **(silent if "luminaire" in selector else {})}
    answer = ask(book(lines, inventory=with_point("portet", tags=("aval",))), [], 5)
    assert reasons(answer) == ["not-selected"]
    assert said in answer.said.fr
    assert answer.said.fr.startswith("La règle ne surveille pas « Pont-Neuf » : ")


def test_a_point_outside_the_area_is_told_which_area():
    answer = ask(book({"for_each": "{kind: water-level, area: berges}"}), [], 5, subject="portet")
    assert answer.said.fr == "La règle ne surveille pas « Portet » : il n'est pas dans la zone « Berges »."


def test_a_point_that_was_retired_is_told_since_when():
    retired = with_point("pont-neuf", retired=START)
    answer = ask(book({"for_each": "{kind: water-level}"}, inventory=retired), [], 5)
    assert answer.said.fr == (
        "La règle ne surveille pas « Pont-Neuf » : ce point n'est plus observé depuis le lundi 10 janvier 2022 à "
        "01 h 00."
    )


@pytest.mark.parametrize(
    ("rule", "subject", "why", "said"),
    [
        (
            "gemapi.crues", "pont-neuf", "unknown-rule",
            "Aucune règle ne s'appelle « gemapi.crues » ; vouliez-vous dire « gemapi.crue » ?",
        ),
        ("zorglub", "pont-neuf", "unknown-rule", "Aucune règle ne s'appelle « zorglub »."),
        (
            "gemapi.crue", "pont-neufs", "unknown-point",
            "Aucun point ne s'appelle « pont-neufs » ; vouliez-vous dire « pont-neuf » ?",
        ),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_told_with_what_may_be_meant(rule, subject, why, said):
    answer = ask(book({}), [], 5, rule=rule, subject=subject)
    assert (reasons(answer), answer.said.fr) == ([why], said)


def test_a_rule_that_is_written_with_errors_is_told_with_them_and_not_with_those_of_its_neighbours():
    good = rule_text()
    bad, other = (rule_text(id=name, when=f"{{above: [{name}, 2 m]}}") for name in ("fausse", "autre"))
    made = open_book({"rules/crue.yaml": good + bad + other}, INVENTORY)
    answer = ask(made, [], 5, rule="fausse")
    assert reasons(answer) == ["not-live"]
    assert answer.said.fr.startswith(
        "La règle « fausse » est écrite, mais elle ne tourne pas à cause de ses erreurs : rules/crue.yaml:"
    )
    assert "'fausse'" in answer.said.fr
    assert "autre" not in answer.said.fr


def test_each_comparison_has_its_value_its_truth_and_since_when():
    seen = [*quarters(1.5, 2.5, 2.6, 2.7), *quarters(12, 13, 14, 15, **FLOW)]
    (level,) = ask(book({"when": BOTH}), seen, 50).levels
    told = [(each.said.fr, each.truth, each.since, each.at_least) for each in level.comparisons]
    assert told == [
        ("La hauteur (2,70 m) dépasse 2 m : vrai.", True, START + timedelta(minutes=15), False),
        ("Le débit (15 m³/s) dépasse 30 m³/s : faux.", False, START, True),
    ]


def test_the_rule_is_told_in_words_in_both_languages():
    answer = ask(book({}), quarters(1.5), 5)
    assert answer.in_words.fr.startswith("Pour le point de mesure")
    assert "2 m" in answer.in_words.en
    assert answer.said.en == "No: the threshold of 2.00 m is not exceeded: 1.50 m for the level (difference: 0.50 m)."


def test_a_value_of_another_quality_is_named_by_it():
    (first,) = quarters(1.5)
    seen = [replace(first, sample=type(first.sample)(1.5, first.sample.time, Quality.OUT_OF_RANGE))]
    assert missing(ask(book({}), seen, 5)) == [
        "On ne peut pas le dire : la hauteur (inconnue) dépasse 2 m (dernière mesure hors plage)."
    ]


LADDER = (
    "[{severity: yellow, when: {above: [level, 1 m]}, for: 30 min, then: [{notify: {team: astreinte, message: m}}]}, "
    "{severity: red, when: {above: [level, 3 m]}, then: [{notify: {team: astreinte, message: m}}]}]"
)
GROUP = {
    "for_each": None, "across": "{kind: water-level}", "then": "[{notify: {team: astreinte, message: m}}]",
    "when": "{at_least: [{how_many: {above: [level, 2 m]}}, 2]}",
}  # fmt: skip


def grouped():
    """A book of a rule about both gauges together."""
    loaded = load(rule_text(**GROUP), "rules/crue.yaml", KNOWN)
    assert loaded.rules, loaded.problems
    return book_of(loaded.rules, INVENTORY)


def test_each_level_says_what_it_lacks_and_the_nearest_is_the_answer():
    answer = ask(book({"levels": LADDER, "when": None, "severity": None, "then": None}), quarters(1.5), 10)
    assert [(each.severity, each.phase.value) for each in answer.levels] == [("yellow", "pending"), ("red", "inactive")]
    assert missing(answer) == [
        (
            "La condition est remplie depuis 10 min (lundi 10 janvier 2022 à 01 h 00), il faut 30 minutes : "
            "il manque 20 min."
        ),
        "Le seuil de 3,00 m n'est pas dépassé : 1,50 m pour la hauteur (écart : 1,50 m).",
    ]
    assert answer.said.fr == f"Non : l{missing(answer)[0][1:]}"


def test_a_group_says_how_many_are_enough_and_which_are_unknown():
    seen = [*quarters(2.5), *quarters(BAD, point="portet")]
    answer = ask(grouped(), seen, 5)
    assert (answer.subject, reasons(answer)) == ("rule:gemapi.crue", ["unknown"])
    assert missing(answer) == [
        (
            "On ne peut pas le dire : pour 1 à 2 points de mesure de la hauteur d'eau sur 2 (1 sans mesure fiable), la "
            "hauteur dépasse 2 m (seuil : au moins deux)."
        )
    ]
    (level,) = answer.levels
    assert [(each.title, each.truth, each.why and each.why.fr) for each in level.members] == [
        ("Pont-Neuf", True, None),
        ("Portet", None, "Dernière mesure douteuse."),
    ]


def test_a_group_of_which_too_few_hold_says_so():
    answer = ask(grouped(), [*quarters(2.5), *quarters(1.5, point="portet")], 5)
    assert reasons(answer) == ["below"]
    assert missing(answer) == [
        (
            "Les points sont trop peu nombreux : pour 1 point de mesure de la hauteur d'eau sur 2, la hauteur dépasse "
            "2 m (seuil : au moins deux)."
        )
    ]


def test_a_group_rule_watches_a_point_only_within_a_group():
    """A point that left its area since the rule was written, say."""
    text = rule_text(**{**GROUP, "across": "{kind: water-level, by: area}"}).replace(", 2]", ", 1]")
    loaded = load(text, "rules/crue.yaml", replace(KNOWN, inventory=with_point("portet", areas=("berges",))))
    assert loaded.rules, loaded.problems
    other = book_of(loaded.rules, INVENTORY)
    assert ask(other, [], 5).subject == "area:berges"
    answer = ask(other, [], 5, subject="portet")
    assert answer.said.fr == (
        "La règle ne surveille pas « Portet » : il n'appartient à aucun ensemble que la règle juge (par zone)."
    )
    answer = ask(other, [], 5, subject="area:berge")
    assert answer.said.fr == (
        "La règle ne juge aucun ensemble qui s'appelle « area:berge » ; vouliez-vous dire « area:berges » ?"
    )


def test_what_would_do_is_told_with_all_that_each_way_takes():
    when = "{or: [{and: [{above: [level, 2 m]}, {above: [flow, 30 m3/s]}]}, {above: [passages, 5]}]}"
    seen = [*quarters(1.5), *quarters(12, **FLOW), *quarters(3, name="passages")]
    assert missing(ask(book({"when": when}), seen, 5)) == [
        (
            "Il suffirait de l'une de ces choses : (le seuil de 2,00 m n'est pas dépassé : "
            "1,50 m pour la hauteur (écart : 0,50 m) et le seuil de 30 m³/s n'est pas dépassé : 12 m³/s pour le débit "
            "(écart : 18 m³/s)) ; le seuil de 5 n'est pas dépassé : 3 pour le nombre de passages (écart : 2)."
        )
    ]


def test_the_nearest_name_is_found_among_tens_of_thousands():
    many = [f"sonde-{number:05}" for number in range(20_000)]
    assert nearest("garonne-toulous", [*many, "garonne-toulouse"]) == "garonne-toulouse"
    assert nearest("aronne-toulouse", [*many, "garonne-toulouse"]) == "garonne-toulouse"
    assert nearest("zorglub", many) is None


@pytest.mark.parametrize(
    ("seen", "at", "since", "least"),
    [
        (quarters(1.5, 1.6, 1.7), 40, 0, True),
        (quarters(2.5, 1.6, 1.7), 40, 15, False),
        (quarters(1.5, None, None, None, 1.6, 1.7), 80, 60, False),
        (quarters(1.5, BAD, BAD), 40, 15, False),
        (quarters(1.5, 1.6), 120, 60, False),
    ],
    ids=["ever since there is anything", "since it changed", "not over a gap", "doubtful since", "stale since"],
)
def test_a_comparison_comes_out_so_since_the_first_reading_that_said_so(seen, at, since, least):
    ((comparison,),) = (level.comparisons for level in ask(book({}), seen, at).levels)
    assert (comparison.since.replace(microsecond=0), comparison.at_least) == (START + timedelta(minutes=since), least)
