"""``vigie lighting state GROUP`` and its HTTP twin tell what a luminaire does and what keeps it from its wish."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.console.city import City
from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from shared.http_api import put_together
from tests.component.lighting_controller.ordering import NOW, ask, city_with, commands_of


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[City]:
    """With the shipped limits."""
    with city_with(tmp_path) as running:
        yield running


def test_state_of_a_group_says_what_was_cut_until_when_and_what_is_wrong(
    limited: City, tmp_path_factory: pytest.TempPathFactory
) -> None:
    vigie = commands_of(limited, tmp_path_factory)
    vigie("override", "vieux-port", "40", "%", "--for", "2 h", "-m", "tournage", "--as", "lucie", "--yes")
    with limited.databases["lighting_controller"].transaction() as transaction:
        (lamp,) = Luminaires(transaction).get(["vieux-port-10"])
        stuck = Finding(Fault.STUCK, NOW, NOW, tries=3, level=100)
        save_luminaires(transaction, [(lamp, replace(lamp, findings=(stuck,)))], NOW)
    shown = vigie("state", "vieux-port").output
    lines = {line.split("│")[1].strip(): line for line in shown.splitlines() if "vieux-port-" in line}
    cells = [cell.strip() for cell in lines["vieux-port-02"].split("│")[2:7]]
    assert cells[0] == "50 %", "the floor of P2"
    assert cells[3:] == ["exploitant / operator, operator:lucie", "40 % : plancher / floor"]
    # Five of the ten may change in a minute; the others wait for the next one, but for two crossings, which stay.
    assert shown.count("zone / share → 25/11 02:46:01 UTC+0100") == 3
    assert "bloqué / stuck, 25/11 02:45:00 UTC+0100" in lines["vieux-port-10"]
    status, (group,) = ask(limited, "GET", "state?group=vieux-port")
    assert status == 200
    crossing, first = group["luminaires"][:2]
    assert (first["wanted"], first["target"], first["floor"], first["cuts"]) == (40, 50, 50, ["floor"])
    assert (crossing["target"], crossing["floor"]) == (70, 70)
    shape = put_together()["components"]["schemas"]["LightingGroup"]["properties"]["luminaires"]["items"]
    assert [set(lamp) for lamp in group["luminaires"]] == [set(shape["properties"])] * 10
    assert set(shape["required"]) == set(shape["properties"])


def test_what_the_street_does_not_allow_is_said_beforehand(
    limited: City, tmp_path_factory: pytest.TempPathFactory
) -> None:
    vigie = commands_of(limited, tmp_path_factory)
    shown = vigie("override", "vieux-port", "20 %", "--for", "1 h", "-m", "cinéma", typed="n\n").output
    assert "70 % → 50 % (limite de la voie / limit of the street) : vieux-port-02" in shown
