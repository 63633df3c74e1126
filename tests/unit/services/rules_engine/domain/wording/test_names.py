"""What has no title is called by its id, and what no grammar foresees is still said."""

from dataclasses import dataclass

from services.rules_engine.domain.terms import BOOLEAN, Call
from services.rules_engine.domain.wording.conditions import clause
from services.rules_engine.domain.wording.english import English
from services.rules_engine.domain.wording.french import French
from services.rules_engine.domain.wording.titles import NO_TITLES, Titles
from services.rules_engine.domain.wording.voice import Voice


def test_without_titles_ids_stand_for_what_they_name(paragraph):
    words = paragraph(
        titles=NO_TITLES,
        for_each="{kind: station, area: huveaune, site: moulin, group: stations, not: {points: [roquevaire]}}",
        unless="{rule: gemapi.autre, at: site}",
    )
    assert words.fr.startswith(
        "Pour chaque station de rivière de la zone « huveaune » du site « moulin » du groupe « stations », "
        "sauf « roquevaire », une alerte"
    )
    assert "L'équipe « astreinte » est alors prévenue." in words.fr
    assert "tant que la règle « gemapi.autre » est déclenchée sur le même site (" in words.fr


def test_points_of_a_kind_that_nobody_knows(paragraph):
    when = "{above: [{max_of: {of: {kind: gauge}, value: rain}}, 3 mm]}"
    words = paragraph(titles=NO_TITLES, when=when)
    assert "la plus grande valeur de la valeur « rain » parmi les points de mesure « gauge » dépasse 3 mm" in words.fr


def test_titles_of_rules_and_teams(rule, inventory):
    found = rule()
    titles = Titles.of(inventory, {"astreinte": "Astreinte"}, [found.rule])
    assert (titles.rule("gemapi.crue"), titles.team("astreinte"), titles.team("nobody")) == (
        "Crue",
        "Astreinte",
        "nobody",
    )


@dataclass(frozen=True)
class Rising:
    """An operator that words know nothing of."""

    names = ("rising",)
    compares = False
    words = {"fr": "{0} monte", "en": "{0} rises"}  # noqa: RUF012


def test_the_contrary_of_an_operator_without_one_is_said_to_be_untrue(rule):
    compiled = rule()
    call = Call(Rising(), "rising", (compiled.when.term.arguments[0],), BOOLEAN, ())
    said = [
        clause(Voice(grammar, NO_TITLES, compiled.kind, compiled.kind), call, negated=True).text
        for grammar in (French(), English())
    ]
    assert said == ["il n'est pas vrai que la hauteur de l'eau monte", "it is not true that the water level rises"]
