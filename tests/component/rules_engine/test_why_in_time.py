"""Why and why not while time goes by: rivers that rise and fall, late readings, both days on which clocks change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.component.rules_engine.asking import POINT, Asked, asked_city

AUTUMN = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)
SPRING = datetime(2026, 3, 28, 23, 45, tzinfo=UTC)
NOON = datetime(2026, 6, 2, 10, 0, tzinfo=UTC)
Open = Callable[[datetime], AbstractContextManager[Asked]]


@pytest.fixture
def open_city(tmp_path: Path) -> Open:
    return lambda start: asked_city(tmp_path, start)


@pytest.fixture
def flood(open_city: Open) -> Iterator[Asked]:
    """The water rose above the threshold 45 minutes ago."""
    with open_city(NOON) as asked:
        asked.observe([2.00, 2.60, 2.65, 2.70, 2.62])
        yield asked


def test_below_its_threshold_it_says_how_far(open_city: Open) -> None:
    with open_city(NOON) as asked:
        asked.observe([2.00, 2.12])
        code, output = asked.vigie("why-not", "gemapi.crue", POINT)
    assert code == 0
    lines = output.splitlines()
    assert lines[0] == "Garonne haute (gemapi.crue) : Garonne à Toulouse (Pont-Neuf) (garonne-toulouse)"
    french = "Non : le seuil de 2,50 m n'est pas atteint : 2,12 m pour la hauteur à l'échelle (écart : 0,38 m)."
    english = "No: the threshold of 2.50 m is not reached: 2.12 m for the level on the gauge (difference: 0.38 m)."
    assert lines.index(english) == lines.index(french) + 1
    assert "  ✗ La hauteur à l'échelle (2,12 m) atteint au moins 2,5 m : faux." in lines
    assert "      au moins depuis / at least since mardi 2 juin 2026 à 12 h 00" in lines


def test_one_language_alone(open_city: Open) -> None:
    with open_city(NOON) as asked:
        asked.observe([2.00])
        french, english = (asked.vigie("why-not", "gemapi.crue", POINT, "--lang", lang)[1] for lang in ("fr", "en"))
    assert "Non : " in french
    assert "No: " not in french
    assert "No: " in english
    assert "Non : " not in english


def test_an_alert_that_has_ended_says_why_it_did(flood: Asked) -> None:
    flood.wait(timedelta(minutes=15))
    flood.observe([2.20])
    code, output = flood.vigie("why", "gemapi.crue", POINT, "--lang", "fr")
    assert code == 0
    assert (
        "L'alerte s'est déclenchée le mardi 2 juin 2026 à 12 h 45 et a pris fin le mardi 2 juin 2026 à 13 h 15 : "
        "la condition de fin était remplie." in output.splitlines()
    )
    assert "  ✓ La hauteur à l'échelle (2,20 m) est inférieure à 2,3 m : vrai." in output.splitlines()
    assert "Maintenant" not in output


def test_it_gives_way_to_the_rule_that_fires(flood: Asked) -> None:
    status, answer = flood.get(f"why-not?rule=gemapi.pont&point={POINT}")
    assert (status, answer["reasons"]) == (200, ["fires"])
    flood.wait(timedelta(minutes=15))
    flood.observe([2.40])
    flood.wait(timedelta(minutes=15))
    flood.observe([2.60])
    flood.wait(timedelta(minutes=2))
    assert flood.rpc.rules_engine.why_not("gemapi.pont", POINT)["said"]["fr"] == (
        "Non : la règle « Garonne haute » est déclenchée au même point depuis le mardi 2 juin 2026 à 12 h 45, et "
        "celle-ci s'efface devant elle."
    )


def test_the_hour_that_comes_twice_is_told_apart(open_city: Open) -> None:
    """Clocks show 02:30 at 00:30 UTC and at 01:30 UTC; the water is high from 00:45 UTC on."""
    with open_city(AUTUMN) as asked:
        asked.observe([2.0] * 7 + [2.6] * 6)
        first, second = (
            asked.get(f"why-not?rule=gemapi.crue&point={POINT}&at={moment}")[1]
            for moment in ("2026-10-25%2002:30", "2026-10-25T02:30:00%2B01:00")
        )
        printed = asked.vigie("why-not", "gemapi.crue", POINT, "--at", "2026-10-25 02:30", "--lang", "fr")[1]
    assert (first["at"], first["reasons"]) == ("2026-10-25T00:30:00Z", ["below"])
    assert (
        "· Cette heure est venue deux fois cette nuit-là, et la première est prise ; pour la seconde, écrivez "
        "2026-10-25T02:30+01:00." in printed.splitlines()
    )
    assert (second["at"], second["reasons"]) == ("2026-10-25T01:30:00Z", ["fires"])
    assert second["said"]["fr"] == (
        "Oui : l'alerte est déclenchée depuis le dimanche 25 octobre 2026 à 02 h 15 (heure d'hiver)."
    )
    assert second["notes"][-1]["fr"] == (
        "Le moteur avait bien une alerte en cours depuis le dimanche 25 octobre 2026 à 02 h 15 (heure d'hiver)."
    )


def test_the_hour_that_never_was_is_refused_and_the_one_after_it_counts_true_time(open_city: Open) -> None:
    with open_city(SPRING) as asked:
        asked.observe([2.0] * 4 + [2.6] * 2)  # high from 00:45 UTC, which is 01:45; at 01:00 UTC clocks show 03:00
        asked.wait(timedelta(minutes=20))
        code, output = asked.vigie("why-not", "gemapi.crue", POINT, "--at", "2026-03-29 02:30")
        answer = asked.rpc.rules_engine.why_not("gemapi.crue", POINT, "2026-03-29 03:10")
    assert (code, "never showed" in output) == (1, True)
    (level,) = answer["levels"]
    assert [each["said"]["fr"] for each in level["missing"]] == [
        (
            "La condition est remplie depuis 25 min (dimanche 29 mars 2026 à 01 h 45), il faut 30 minutes : "
            "il manque 5 min."
        )
    ]


def test_late_readings_make_the_past_another_than_what_was_told_then(open_city: Open) -> None:
    with open_city(NOON) as asked:
        asked.observe([2.0])
        asked.wait(timedelta(hours=6))
        asked.observe([2.0])
        for minutes in range(60, 180, 15):
            asked.post(2.8, NOON + timedelta(minutes=minutes))
        answer = asked.rpc.rules_engine.why_not("gemapi.crue", POINT, "2026-06-02 14:00")
        assert asked.rpc.rules_engine.summary()["fired"] == 0
    assert answer["reasons"] == ["fires"]
    assert answer["notes"][-1]["fr"].startswith(
        "À ce moment, le moteur n'avait pourtant pas d'alerte en cours : des mesures arrivées en retard"
    )


def test_what_an_older_version_decided_is_reconstructed_and_said_so(flood: Asked) -> None:
    """It kept nothing beside its transitions."""
    with flood.city.databases["rules_engine"].transaction() as transaction:
        transaction.connection.execute(text("UPDATE transition SET seen = NULL"))
    code, output = flood.vigie("why", "gemapi.crue", POINT, "--lang", "fr")
    assert code == 0
    lines = output.splitlines()
    assert "  (reconstitué)" in lines
    assert "  ✓ La hauteur à l'échelle (2,70 m) atteint au moins 2,5 m : vrai." in lines
    assert any(line.startswith("· Ce qui a décidé n'avait pas été gardé : c'est reconstitué") for line in lines)
