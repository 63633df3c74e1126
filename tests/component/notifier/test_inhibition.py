"""One alert hushes others: red its oranges, a silent network its silent sensors; whichever comes first."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from services.notifier.domain.muting.loading_muting import load_muting
from services.notifier.use_cases.release_held import ask_again
from shared.model.alerts import AlertChanged
from shared.runtime.settings import shipped_rules
from tests.component.notifier.playing import Play

NETWORK = {"rule": "dechets.sonde.reseau-muet", "owner": "dechets", "severity": "yellow", "areas": ("nord",)}
SENSOR = {"rule": "dechets.sonde.en-panne", "owner": "dechets", "severity": "minor", "areas": ("metropole", "nord")}


@pytest.fixture
def city(play: Play) -> Play:
    """With the shipped file."""
    file = shipped_rules() / "notifier" / "muting.yaml"
    play.plan = load_muting(file.read_text(encoding="utf-8"), str(file))
    return play


def network(city: Play) -> AlertChanged:
    return city.fires("net", point="area:nord", **NETWORK)


def sensors(city: Play, *names: str) -> list[AlertChanged]:
    return [city.fires(name, **SENSOR) for name in names]


def test_red_hushes_orange_of_its_point_in_whichever_order_they_come(city: Play, rows: Any) -> None:
    red = city.fires("red", point="pont", severity="red", rule="r.red")
    city.take(city.fires("orange", point="pont", rule="r.orange"), red, city.fires("other", point="quai"))
    texts = city.at(1).arrived()
    assert sorted(", rouge :" in text for text in texts) == [False, True]
    (entry,) = (row for row in rows("ledger") if row["verdict"] == "inhibited")
    assert (entry["alert"], entry["by"]) == ("orange", "rouge-du-meme-lieu: r.red (pont, red)")


def test_what_was_hushed_is_told_when_its_source_ends_and_it_fires_still(city: Play) -> None:
    red, orange, yellow = (
        city.fires(name, point="pont", severity=name, rule=f"r.{name}") for name in ("red", "orange", "yellow")
    )
    city.take(red, orange, yellow)
    city.at(1).arrived()
    city.at(60).take(city.resolves(yellow))
    city.at(120).take(city.resolves(red))
    texts = city.at(121).arrived()
    assert len(texts) == 2
    assert sum("fin d'alerte" in text for text in texts) == 1
    assert sum(", orange : " in text for text in texts) == 1


def test_what_was_hushed_is_told_when_its_source_eases(city: Play) -> None:
    red = city.fires("red", point="pont", severity="red", rule="r.red")
    city.take(red, city.fires("orange", point="pont", rule="r.orange"))
    city.at(1).arrived()
    city.at(60).take(structs.replace(red, was="red", severity="orange", at=city.now))
    (told,) = city.at(61).arrived()
    assert "orange" in told


def test_a_silent_network_is_one_alert_also_when_it_comes_behind_its_sensors(city: Play, rows: Any) -> None:
    city.take(*sensors(city, "s1", "s2", "s3"))
    city.at(60).take(network(city), *sensors(city, "s4"))
    texts = city.at(600).arrived()
    assert len(texts) == 1
    assert ", jaune : " in texts[0]
    hushed = {row["alert"] for row in rows("ledger") if row["verdict"] == "inhibited"}
    assert hushed == {"s1", "s2", "s3", "s4"}
    assert rows("held") != []


def test_a_sensor_alone_is_told_after_its_wait(city: Play) -> None:
    city.take(*sensors(city, "s1"))
    assert city.at(119).arrived() == []
    assert len(city.at(120).arrived()) == 1


def test_sensors_of_another_area_or_directorate_are_told(city: Play) -> None:
    city.take(
        network(city),
        city.fires("s1", **(SENSOR | {"areas": ("sud",)})),
        city.fires("s2", **(SENSOR | {"owner": "bruit"})),
    )
    assert len(city.at(600).arrived()) == 3


def test_when_the_network_speaks_again_the_sensors_that_do_not_are_told(city: Play) -> None:
    net, (one, _two) = network(city), sensors(city, "s1", "s2")
    city.take(net, one, _two)
    city.at(60).take(city.resolves(net), city.resolves(one))
    texts = city.at(61).arrived()
    assert sum("mineur : s2" in text for text in texts) == 1
    assert not any("s1" in text for text in texts)


def test_a_file_that_changed_counts_for_what_fires_already(city: Play) -> None:
    shipped = city.plan
    city.plan = load_muting("", "m")
    city.take(city.fires("red", point="pont", severity="red", rule="r.red"))
    city.at(60).plan = shipped
    city.take(city.fires("orange", point="pont", rule="r.orange"))
    assert len(city.at(600).arrived()) == 1


def test_what_the_file_hushes_no_more_is_told_when_the_notifier_starts_with_it(city: Play) -> None:
    """Its source fires still, and would have let it go alone."""
    city.take(
        city.fires("red", point="pont", severity="red", rule="r.red"),
        city.fires("orange", point="pont", rule="r.orange"),
    )
    assert len(city.at(1).arrived()) == 1
    ask_again(city.database, city.now)
    assert city.at(60).arrived() == []
    city.plan = load_muting("", "m")
    ask_again(city.database, city.now)
    (told,) = city.at(61).arrived()
    assert ", orange : " in told
