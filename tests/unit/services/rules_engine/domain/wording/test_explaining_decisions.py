"""What is said of decisions: the table in ``told/decisions.yaml``."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from services.rules_engine.domain.explaining_decisions import trace_in_words
from shared.model.observations import Quality

TABLE = Path(__file__).parent / "told" / "decisions.yaml"
CASES = YAML(typ="safe", pure=True).load(TABLE.read_text(encoding="utf-8"))


def samples_of(case):
    return {
        tuple(series.split(".")): [(minute, value, *map(Quality, quality)) for minute, value, *quality in samples]
        for series, samples in case["samples"].items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_decision_is_told_as_it_stands_in_the_table(seen, case):
    words = seen(samples_of(case), **case["rule"]).words(scene=case["seen"])
    assert (words.fr, words.en) == (case["fr"], case["en"])


def test_the_kind_is_enough_for_a_decision_about_a_point(seen):
    found = seen({("aubagne", "level"): [(60, 2.5)]})
    words = trace_in_words(found.trace, found.rule.kind)
    assert words.fr == "La hauteur de l'eau (2,50 m) dépasse 2 m : vrai. La condition est donc remplie."


def test_times_are_local(seen):
    found = seen({("aubagne", "level"): [(60, 2.5)]})
    found.scene.zone = "America/Montreal"
    words = found.words()
    assert words.fr.startswith("Dimanche 9 janvier 2022 à 20 h 00 : ")
    assert words.en.startswith("Sunday 9 January 2022 at 20:00: ")


def test_calendars_and_silences_are_traced_with_their_answers(seen):
    found = seen({}, when="{or: [{weekday: [mon]}, {absent_for: 1 h}, {changed: level}, {above: [level, 2 m]}]}")
    assert [each.truth for each in found.trace.asked] == [True, True, None]
    assert [each.truth for each in found.trace.compared] == [None]
