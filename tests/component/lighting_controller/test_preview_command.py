"""``vigie lighting override --preview`` in a city with the limits that are shipped, read by whoever is on duty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.console.city import City
from tests.component.lighting_controller.ordering import Vigie, ask, city_with, commands_of


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with city_with(tmp_path_factory.mktemp("city")) as running:
        yield running


@pytest.fixture
def vigie(city: City, tmp_path_factory: pytest.TempPathFactory) -> Vigie:
    return commands_of(city, tmp_path_factory)


ORDER = ("override", "vieux-port", "30", "%", "--for", "2 h", "-m", "tournage", "--as", "lucie")


def test_waves_are_shown_minute_by_minute_and_nothing_is_ordered(vigie: Vigie) -> None:
    shown = vigie(*ORDER, "--preview", "--yes").output
    assert "    02 h 45  5 lum., 50 % de la zone / of the zone : 70 % → 50 % en / in 1 s\n" in shown
    assert "    02 h 46  3 lum., 30 % de la zone / of the zone : 70 % → 50 % en / in 1 s\n" in shown
    assert "tous au niveau / all at the level : mercredi 25 novembre 2026 à 02 h 46 (UTC+0100)" in shown
    assert "Aucune commande" in vigie("overrides").output


def test_who_waits_is_named_with_the_moment_until_which(vigie: Vigie) -> None:
    vigie("override", "vieux-port", "60", "%", "--for", "2 h", "-m", "tournage", "--yes")
    vigie("emergency", "--group", "la-plaine", "--level", "90 %", "-m", "feu", "--yes")
    vigie("resume", "vieux-port")
    shown = vigie(*ORDER, "--preview").output
    assert "baissés récemment, attendent / dimmed recently, wait jusqu'à / until 02 h 55 : " in shown
    shown = vigie("override", "la-plaine", "50", "%", "--for", "1 h", "-m", "essai", "--preview").output
    assert "tenus par plus fort / held by something stronger urgence / emergency 90 % : 6 lum." in shown


def test_course_is_told_over_http(city: City) -> None:
    wanted = {"group": "cours-mirabeau", "level": 55, "reason": "tournage", "lasts": "2 h"}
    status, seen = ask(city, "POST", "override-preview", wanted)
    assert status == 200
    (first, *_) = seen["course"]["minutes"]
    assert [move["level"] for move in first["moves"]] == [55]
    assert first["luminaires"] <= len(seen["luminaires"]) / 2
    # By day it acts only from dusk on, and two days ahead nobody knows.
    late = wanted | {"start": "2026-11-27 22:30"}
    assert ask(city, "POST", "override-preview", late)[1]["course"] is None
