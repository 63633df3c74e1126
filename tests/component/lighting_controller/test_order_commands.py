"""``vigie lighting`` orders and shows street lights over HTTP; whoever has the key for emergencies may do no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.console.city import City
from tests.component.lighting_controller.conftest import WIDE
from tests.component.lighting_controller.ordering import EMERGENCY_KEY, Vigie, ask, city_with, commands_of

HALF_OF_THE_BANK = {
    "type": "Polygon",
    "coordinates": [[[5.5540, 43.2885], [5.5588, 43.2885], [5.5588, 43.2925], [5.5540, 43.2925], [5.5540, 43.2885]]],
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Its limits cut nothing, so that what is ordered is done at once."""
    with city_with(tmp_path_factory.mktemp("city"), WIDE) as running:
        yield running


@pytest.fixture
def vigie(city: City, tmp_path_factory: pytest.TempPathFactory) -> Vigie:
    """Runs a command of ``vigie`` against the city."""
    return commands_of(city, tmp_path_factory)


def actual(vigie: Vigie, group: str) -> list[int]:
    found = json.loads(vigie("state", group, "--format", "json").output)
    return [lamp["actual"] for lamp in found[0]["luminaires"]]


def audited(city: City) -> list[tuple[str, str, str]]:
    with city.databases["lighting_controller"].transaction() as transaction:
        rows = transaction.connection.exec_driver_sql("SELECT actor, act, detail FROM audit ORDER BY id").all()
    return [tuple(row) for row in rows]


def test_an_override_is_shown_asked_for_given_listed_and_taken_back(city: City, vigie: Vigie) -> None:
    words = ["override", "vieux-port", "40", "%", "--for", "2 h", "-m", "tournage", "--as", "lucie"]
    shown = vigie(*words, typed="n\n").output
    assert "70 % → 40 % : vieux-port-01, vieux-port-02" in shown
    assert "l'emporte sur / beats : calendrier / calendar 70 %" in shown
    assert "mercredi 25 novembre 2026 à 04 h 45 (UTC+0100)" in shown
    assert actual(vigie, "vieux-port") == [70] * 10, "nothing is done before it is wanted"
    assert "fin avant l'heure" in vigie(*words, "--yes").output
    assert actual(vigie, "vieux-port") == [40] * 10
    listed = vigie("overrides").output
    assert "exploitant / operator : operator:lucie : tournage" in listed
    assert "exploitant / operator, operator:lucie" in vigie("state").output
    assert "1 commande(s) terminée(s)" in vigie("resume", "vieux-port", "-m", "fini").output
    assert actual(vigie, "vieux-port") == [70] * 10
    assert ("operator:lucie", "override") in {row[:2] for row in audited(city)}
    assert "Rien à terminer" in vigie("resume", "vieux-port").output


def test_two_operators_the_brighter_wins_and_the_preview_says_so(vigie: Vigie) -> None:
    vigie("override", "la-plaine", "90 %", "--for", "1h", "-m", "marché", "--as", "lucie", "--yes")
    shown = vigie("override", "la-plaine", "50", "--for", "1h", "-m", "repos", "--as", "max", "--yes").output
    assert "6 luminaires, 0 changent / change" in shown
    assert "cède à / is beaten by : exploitant / operator operator:lucie 90 % (marché)" in shown
    assert actual(vigie, "la-plaine") == [90] * 6
    assert "battu / beaten : exploitant / operator 50 % (moins clair / dimmer)" in vigie("state", "la-plaine").output
    vigie("resume", "la-plaine")


def test_an_emergency_lights_what_lies_in_a_polygon_also_where_the_night_is_switched_off(
    city: City, vigie: Vigie, tmp_path: Path
) -> None:
    file = tmp_path / "feu.geojson"
    file.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": HALF_OF_THE_BANK}), encoding="utf-8")
    words = ["emergency", str(file), "--group", "quais-martigues", "-m", "feu de hangar", "--as", "cellule"]
    shown = vigie(*words, typed="n\n").output
    assert "40 % → 100 % : berges-huveaune-01" in shown
    assert "0 % → 100 % : quais-martigues-01" in shown
    called = vigie(*words, "--for", "2 h", "--yes").output
    name = next(word.rstrip(",") for word in called.split() if word.startswith("E-"))
    assert actual(vigie, "quais-martigues") == [100] * 6
    bank = actual(vigie, "berges-huveaune")
    assert bank == [100] * 4 + [40] * 4
    assert f"+ {name} (4 lum.)" in vigie("state").output
    vigie("override", "quais-martigues", "10 %", "--for", "1 h", "-m", "essai", "--day", "--yes")
    assert actual(vigie, "quais-martigues") == [100] * 6, "an operator does not beat it"
    assert "terminée / over" in vigie("emergency-end", name, "-m", "maîtrisé", "--as", "cellule").output
    assert actual(vigie, "berges-huveaune") == [40] * 8
    vigie("resume", "quais-martigues")
    kept = [row for row in audited(city) if row[1] in ("emergency", "end emergency")]
    assert [row[0] for row in kept] == ["operator:cellule"] * 2
    assert "feu de hangar" in kept[0][2]


def test_an_area_of_the_registry_is_lit_and_the_emergency_is_renewed(vigie: Vigie) -> None:
    called = vigie("emergency", "vieux-port", "-m", "crue", "--level", "90 %", "--yes").output
    name = next(word.rstrip(",") for word in called.split() if word.startswith("E-"))
    assert 90 in actual(vigie, "vieux-port")
    assert "(UTC+0100)" in vigie("emergency-renew", name, "-m", "la crue dure", "--for", "6 h").output
    vigie("emergency-end", name)
    assert 90 not in actual(vigie, "vieux-port")


def test_an_order_that_another_beats_is_listed_as_without_effect(vigie: Vigie) -> None:
    vigie("override", "la-plaine", "60 %", "--for", "2 h", "-m", "essai", "--as", "lucie", "--yes")
    assert "la-plaine  60 %  en cours / acting" in vigie("overrides").output
    names = [called_with(vigie, level) for level in ("100 %", "70 %")]
    lines = vigie("overrides").output.splitlines()
    at = lines.index("la-plaine  60 %  en cours, sans effet à présent / in force, without effect now")
    assert lines[at + 1].startswith("  décide à présent / decides now : urgence / emergency, operator:")
    assert lines[at + 1].endswith(", 100 %")
    assert f"{names[0]}  100 %  en cours / in force" in lines
    assert f"{names[1]}  70 %  en cours, sans effet à présent / in force, without effect now" in lines
    for name in names:
        vigie("emergency-end", name)
    assert "la-plaine  60 %  en cours / acting" in vigie("overrides").output
    vigie("resume", "la-plaine")


def called_with(vigie: Vigie, level: str) -> str:
    said = vigie("emergency", "--group", "la-plaine", "--level", level, "-m", "crue", "--yes").output
    return next(word.rstrip(",") for word in said.split() if word.startswith("E-"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["override", "vieux-port", "60", "%", "h", "--for", "2", "-m", "essai"], "--for", id="no quotes"),
        pytest.param(["override", "vieux-port", "160 %", "--for", "2 h", "-m", "essai"], "un niveau va de 0 à 100 %"),
        pytest.param(["override", "vieux-prt", "60 %", "--for", "2 h", "-m", "essai"], "voulez-vous dire 'vieux-port'"),
        pytest.param(["override", "vieux-port", "60 %", "-m", "essai"], "(--for) ou par sa fin (--until)"),
        pytest.param(["emergency", "huveaun", "-m", "crue"], "aucune zone 'huveaun' (voulez-vous dire 'huveaune' ?)"),
        pytest.param(["emergency", "nowhere.geojson", "-m", "crue"], "can't be read"),
        pytest.param(["emergency", "-m", "crue"], "area: dites où"),
        pytest.param(["emergency-end", "E-2222222"], "aucune urgence"),
    ],
)
def test_what_is_wrong_with_an_order_is_said(vigie: Vigie, words: list[str], said: str) -> None:
    assert said in vigie(*words, exit_code=1).stderr


def test_the_same_demand_under_one_key_is_one_order(city: City, vigie: Vigie) -> None:
    demand = {"group": "cours-mirabeau", "level": 60, "reason": "fête", "lasts": "1 h", "key": "k1"}
    first, again = ask(city, "POST", "overrides", demand), ask(city, "POST", "overrides", demand)
    assert (first[0], again[0]) == (201, 200)
    assert first[1]["override"] == again[1]["override"]
    assert ask(city, "POST", "overrides", demand | {"level": 50})[0] == 409
    assert ask(city, "POST", "overrides", demand, actor="max")[1]["override"] != first[1]["override"]
    assert ask(city, "DELETE", f"overrides/{first[1]['override']}?reason=fini")[1]["ended"] == [first[1]["override"]]
    assert ask(city, "DELETE", f"overrides/{first[1]['override']}")[1]["ended"] == []
    # TALQ's empty command.
    assert len(ask(city, "POST", "overrides", {"group": "cours-mirabeau"})[1]["ended"]) == 1
    emergency = {"groups": ["cours-mirabeau"], "reason": "feu", "key": "k1"}
    called = [ask(city, "POST", "emergencies", emergency) for _ in range(2)]
    assert [status for status, _ in called] == [201, 200]
    assert called[0][1]["emergency"] == called[1][1]["emergency"]
    assert ask(city, "POST", "emergencies", emergency | {"level": 80})[0] == 409
    ask(city, "DELETE", f"emergencies/{called[0][1]['emergency']}")


def test_all_that_is_wrong_is_said_with_its_field(city: City) -> None:
    status, told = ask(city, "POST", "overrides", {"group": "vieux-port", "level": 101, "reason": "x"})
    assert status == 422
    assert [fault.partition(":")[0] for fault in told["faults"]] == ["level", "reason", "expiration"]
    spoilt = {"type": "Polygon", "coordinates": [[[5.4, 43.3], [5.5, 43.3], [5.5, 93.4], [5.4, 43.3]]]}
    status, told = ask(city, "POST", "emergencies", {"polygon": spoilt, "reason": "feu"})
    place, _, words = told["faults"][0].partition(": ")
    assert place == "polygon.coordinates[0][2]"
    assert words.startswith("pas un lieu ; la longitude d'abord, puis la latitude / no such place")
    assert ask(city, "POST", "overrides", {"group": "vieux-port", "level": "60"})[0] == 400
    turned = {"type": "Polygon", "coordinates": [[[43.29, 5.36], [43.31, 5.36], [43.29, 5.40], [43.29, 5.36]]]}
    status, told = ask(city, "POST", "emergencies", {"polygon": turned, "reason": "feu"})
    assert (status, "longitude avant la latitude" in told["faults"][0]) == (422, True)
    sea = {"type": "Polygon", "coordinates": [[[5.0, 43.0], [5.1, 43.0], [5.1, 43.1], [5.0, 43.0]]]}
    status, told = ask(city, "POST", "emergencies", {"polygon": sea, "reason": "feu"})
    assert (status, told["faults"][0].partition(",")[0]) == (422, "area: aucun groupe n'a de luminaire là (polygon)")


@pytest.mark.parametrize("route", ["state", "energy", "upkeep", "night", "plan"])
def test_the_nearest_group_is_named_to_who_mistypes_one(city: City, route: str) -> None:
    status, told = ask(city, "GET", f"{route}?group=vieux-prt")
    assert (status, "did you mean 'vieux-port'?" in told["detail"]) == (404, True)


def test_the_key_for_emergencies_opens_emergencies_and_nothing_else(city: City, vigie: Vigie) -> None:
    wanted = {"groups": ["la-plaine"], "reason": "feu d'appartement"}
    status, called = ask(city, "POST", "emergencies", wanted, EMERGENCY_KEY, "marins-pompiers")
    assert (status, called["luminaires"]) == (201, 6)
    path = f"emergencies/{called['emergency']}"
    assert ask(city, "GET", path, key=EMERGENCY_KEY)[1]["by"] == "emergency:marins-pompiers"
    assert ask(city, "POST", f"{path}/renew", {"reason": "encore"}, EMERGENCY_KEY)[0] == 200
    shut = [
        ("GET", "state"),
        ("GET", "overrides"),
        ("POST", "overrides"),
        ("POST", "resume"),
        ("DELETE", "overrides/x"),
    ]
    assert [ask(city, method, path, {}, EMERGENCY_KEY)[0] for method, path in shut] == [401] * 5
    assert [ask(city, "GET", path, key="wrong")[0] for path in ("state", "emergencies", path)] == [401] * 3
    assert ask(city, "DELETE", path, key=EMERGENCY_KEY, actor="marins-pompiers")[1]["state"] == "over"
    assert ("emergency:marins-pompiers", "end emergency") in {row[:2] for row in audited(city)}
