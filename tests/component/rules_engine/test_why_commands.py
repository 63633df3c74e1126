"""``vigie why`` and ``vigie why-not`` ask a running city, in which a river is high. Nothing here changes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.component.rules_engine.asking import POINT, Asked, asked_city

NOON = datetime(2026, 6, 2, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def flood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The water rose above the threshold 45 minutes ago."""
    with asked_city(tmp_path_factory.mktemp("flood"), NOON) as asked:
        asked.observe([2.00, 2.60, 2.65, 2.70, 2.62])
        yield asked


def test_why_it_fires_tells_what_decided_whom_it_told_and_what_is_missing_to_end(flood: Asked) -> None:
    (firing,) = (each for each in flood.rpc.rules_engine.alerts() if each["rule"] == "gemapi.crue")
    code, output = flood.vigie("why", firing["alert"][:8], "--lang", "fr")
    assert code == 0
    lines = output.splitlines()
    assert "L'alerte est déclenchée depuis le mardi 2 juin 2026 à 12 h 45." in lines
    assert "  ✓ La hauteur à l'échelle (2,70 m) atteint au moins 2,5 m : vrai." in lines
    assert "  level = 2,70 m" in lines
    assert "  → gemapi-hydrologie : Garonne à Toulouse (Pont-Neuf) : 2,70 m." in lines
    assert "  → lampes berges-garonne : 100 % (crue)" in lines
    assert "  mesure t-1045" in lines
    assert ("    → Ce n'est pas passé sous 2,30 m : 2,62 m pour la hauteur à l'échelle (écart : 0,32 m).") in lines


def test_an_alert_is_known_by_rule_and_point_and_as_json(flood: Asked) -> None:
    code, output = flood.vigie("why", "gemapi.crue", POINT, "--format", "json")
    answer = json.loads(output)
    assert (code, answer["status"], answer["since"]) == (0, "firing", "2026-06-02T10:45:00Z")
    (fired,) = answer["happened"]
    assert (fired["kind"], fired["source"], fired["observation"]) == ("fired", "kept", "t-1045")
    assert answer == flood.get(f"why?rule=gemapi.crue&point={POINT}")[1]


def test_the_code_of_a_message_is_enough_to_ask_why(flood: Asked) -> None:
    (firing,) = (each for each in flood.rpc.rules_engine.alerts() if each["rule"] == "gemapi.crue")
    (incident,) = (each for each in flood.rpc.notifier.incidents() if each["rule"] == "gemapi.crue")
    code = incident["code"]
    assert any(code in each["body"] + each["subject"] for each in flood.rpc.notifier.notifications())
    here = "http://{}:{}".format(*flood.city.address)
    assert any(here in each["body"] for each in flood.rpc.notifier.notifications() if each["medium"] == "email")
    status, output = flood.vigie("why", code.lower(), "--lang", "fr")
    lines = output.splitlines()
    assert (status, lines[0].startswith(f"{code} : Garonne haute")) == (0, True), output
    assert lines[1] == "incident, 1 alerte(s), 1 en cours"
    assert f"alerte {firing['alert']}" in lines
    assert "L'alerte est déclenchée depuis le mardi 2 juin 2026 à 12 h 45." in lines
    status, output = flood.vigie("why", code, "--format", "json")
    answer = json.loads(output)
    assert (status, answer["incident"]["code"]) == (0, code)
    assert answer["why"] == [flood.get(f"why?alert={firing['alert']}")[1]]
    assert flood.get(f"incidents/{code}")[1] == answer["incident"]
    assert flood.get(f"incidents/{code}", key="wrong")[0] == 401
    assert flood.get("incidents/moon")[0] == 400


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["why", "zz"],
            "n'est pas le numéro d'une alerte, ni quatre caractères au moins de son début / is no id of an alert",
        ),
        (["why", "abcdef"], "aucune alerte 'abcdef' / no alert 'abcdef'"),
        (["why", "V-0000"], "no incident 'V-0000'"),
        (["why", "gemapi.crues", POINT], "vouliez-vous dire « gemapi.crue » ?"),
        (
            ["why-not", "gemapi.crue", POINT, "--at", "yesterday"],
            "'yesterday' n'est pas un moment : écrivez 2026-10-25 02:30, ou",
        ),
        (
            ["why-not", "gemapi.crue", POINT, "--at", "2036-01-01 12:00"],
            "'2036-01-01 12:00' n'est pas encore venu, il est 2026-06-02T13:00:00+02:00 / has not come yet",
        ),
    ],
)
def test_what_cannot_be_answered_is_said_plainly(flood: Asked, arguments: list[str], said: str) -> None:
    code, output = flood.vigie(*arguments)
    assert (code, said in output) == (1, True), output


def test_a_rule_with_errors_and_a_point_that_is_not_watched(flood: Asked) -> None:
    broken = flood.rpc.rules_engine.why_not("gemapi.fausse", POINT)
    assert broken["reasons"] == ["not-live"]
    assert "hauteur" in broken["said"]["fr"]
    elsewhere = flood.rpc.rules_engine.why_not("gemapi.crue", "garonne-portet")
    assert elsewhere["said"]["fr"] == (
        "La règle ne surveille pas « Garonne à Portet-sur-Garonne » : il n'est pas parmi les points nommés "
        "(« Garonne à Toulouse (Pont-Neuf) »)."
    )


def test_nobody_asks_without_the_operators_key(flood: Asked, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.key"
    wrong.write_text("open-says-me")
    code, output = flood.vigie("why", "abcdef", key_file=wrong)
    assert (code, output.startswith("la clé de l'exploitant manque ou n'est pas celle de cette ville")) == (1, True)
    code, output = flood.vigie("why", "abcdef", key_file=tmp_path / "none")
    assert (code, output.startswith(f"pas de clé d'exploitant dans {tmp_path / 'none'}")) == (1, True)
    assert flood.get("why?alert=abcd", key="wrong")[0] == 401
    assert flood.get("why-not?rule=x")[0] == 400
