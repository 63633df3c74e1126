"""In a whole city: a rule is set aside, people are really told of it, and told when it decides again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import text
from typer.testing import CliRunner

from services.console.application import application
from shared import bus
from shared.model.observations import Observation, Observations
from shared.model.registry import RegistryChanged
from shared.runtime.registry_copy import RegistryCopy

KEY = "open-sesame-of-the-rules"
NOW = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)
RULES = """\
- id: gemapi.jour
  title: "Garonne : maximum du jour"
  owner: gemapi
  for_each: {kind: water-level}
  when: {at_least: [{max_over: [level, 1 d, 0 %]}, 2 m]}
  severity: orange
  then:
    - notify: {team: gemapi-astreinte, message: "{point} : {level}"}

- id: gemapi.hauteur
  title: "Garonne : hauteur"
  owner: gemapi
  for_each: {kind: water-level, points: [garonne-portet]}
  when: {at_least: [level, 2 m]}
  severity: orange
  then:
    - notify: {team: gemapi-hydrologie, message: "{point} : {level}"}
"""


class City:
    """A running city, whose registry and telemetry a test speaks for on the real bus."""

    def __init__(self, at_work: Any) -> None:
        self._city, self.rpc = at_work.city, at_work.rpc

    def place(self, point: str, zone: str) -> None:
        """Have the engine alone believe that a point lies in a zone; the others are told of a revision as it is."""
        with self._city.databases[bus.RULES_ENGINE].transaction() as transaction:
            copy = RegistryCopy(transaction)
            revision, inventory = copy.revision() + 1, copy.inventory()
            points = tuple(structs.replace(each, zone=zone) if each.id == point else each for each in inventory.points)
            copy.keep(RegistryChanged(revision=revision, at=NOW, inventory=structs.replace(inventory, points=points)))
        with self._city.databases[bus.TELEMETRY].transaction() as transaction:
            known = RegistryCopy(transaction).inventory()
        told = RegistryChanged(revision=revision, at=NOW, inventory=known)
        self._publish(bus.DEVICE_REGISTRY, bus.REGISTRY_CHANGED, told)

    def observe(self, point: str, level: float) -> None:
        """A level, in metres; then a minute goes by."""
        observation = Observation(
            point=point, property="level", time=self._city.clock.now(), value=level, unit="m", trace="t-1"
        )
        part = bus.partition_of(point)
        observed = Observations(partition=part, observations=(observation,))
        self._publish(bus.TELEMETRY, bus.OBSERVATIONS, observed, str(part))
        self._city.timeline.advance(self._city.clock.now() + timedelta(minutes=1))

    def _publish(self, service: str, event: bus.Event, message: Any, key: str | None = None) -> None:
        with self._city.databases[service].transaction() as transaction:
            transaction.publish(event, message, routing_key=key)
        self._city.timeline.settle()

    def outbox(self) -> list[tuple[str, str]]:
        """Medium and text of what went out about rules that were set aside."""
        query = text("SELECT medium, subject || ' ' || body FROM outbox_message ORDER BY at, medium, recipient")
        with self._city.databases[bus.NOTIFIER].transaction() as transaction:
            found = [tuple(row) for row in transaction.connection.execute(query)]
        return [(medium, words) for medium, words in found if "mise à l'écart" in words]

    def parked(self) -> int:
        """How many messages any service gave up."""
        total = 0
        for database in self._city.databases.values():
            with database.transaction() as transaction:
                total += transaction.connection.scalar(text("SELECT count(*) FROM parked"))
        return total

    @property
    def url(self) -> str:
        return "http://{}:{}".format(*self._city.address)

    def audit(self) -> list[tuple[str, ...]]:
        """What the engine noted: who did what to what, and why."""
        with self._city.databases[bus.RULES_ENGINE].transaction() as transaction:
            query = text("SELECT actor, act, subject, detail FROM audit ORDER BY id")
            return [tuple(row) for row in transaction.connection.execute(query)]

    def quarantined(self) -> dict[str, Any]:
        return {each["id"]: each["quarantined"] for each in self.rpc.rules_engine.rules() if each["quarantined"]}


@pytest.fixture
def city(running: Callable[..., Any], rules_with: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delenv("VIGIE_OPERATOR_KEY", raising=False)
    with running(NOW, rules_with(RULES), recorded_points="yes", operator_key=KEY) as at_work:
        yield City(at_work)


def firing(city: City) -> set[tuple[str, str]]:
    return {(alert["rule"], alert["point"]) for alert in city.rpc.rules_engine.alerts()}


def test_its_people_are_told_and_told_again_when_it_is_released(city: City, tmp_path: Path) -> None:
    city.place("garonne-toulouse", "Europe/Atlantis")
    city.observe("garonne-toulouse", 2.5)
    city.observe("garonne-portet", 2.5)
    assert city.quarantined().keys() == {"gemapi.jour"}
    assert firing(city) == {("gemapi.hauteur", "garonne-portet")}
    told = city.outbox()
    assert sorted(medium for medium, _ in told) == ["email", "email", "sms", "sms"]
    for _, words in told:
        assert "Garonne : maximum du jour" in words
        assert "est mise à l'écart depuis le 10/01 13:00 : ZoneInfoNotFoundError: " in words
    assert {item["rule"] for item in city.rpc.notifier.incidents()} >= {"vigie.regle-a-l-ecart"}
    (set_aside,) = (item for item in city.rpc.notifier.incidents() if item["rule"] == "vigie.regle-a-l-ecart")
    (alert,) = city.rpc.notifier.incident(set_aside["code"])["alerts"]
    assert (alert["point"], "mise à l'écart" in alert["message"]) == ("gemapi.jour", True)
    city.place("garonne-toulouse", "Europe/Paris")
    assert city.quarantined().keys() == {"gemapi.jour"}
    key = tmp_path / "operator.key"
    key.write_text(KEY)
    where = ["--url", city.url, "--key-file", str(key), "--as", "lucie"]
    told_of = CliRunner().invoke(application, ["why", set_aside["code"], "--lang", "fr", *where[:4]])
    assert (told_of.exit_code, told_of.output.splitlines()[-2:]) == (
        0,
        [f"  → {alert['message']}", "  (aucune comparaison à montrer)"],
    )
    refused = CliRunner().invoke(application, ["rules", "release", "gemapi.hauteur", "-m", "essai", *where])
    assert (refused.exit_code, refused.output) == (
        1,
        "aucune règle à l'écart 'gemapi.hauteur' / no quarantined rule 'gemapi.hauteur'\n",
    )
    silent = CliRunner().invoke(application, ["rules", "release", "gemapi.jour", "-m", " ", *where])
    assert (silent.exit_code, "dites pourquoi" in silent.output) == (1, True)
    done = CliRunner().invoke(application, ["rules", "release", "gemapi.jour", "-m", "fuseau corrigé", *where])
    assert (done.exit_code, done.output) == (
        0,
        "La règle gemapi.jour décide de nouveau. / The rule gemapi.jour decides again.\n",
    )
    assert city.audit()[-1] == ("operator:lucie", "release-rule", "gemapi.jour", "fuseau corrigé")
    city.observe("garonne-toulouse", 2.6)
    assert city.quarantined() == {}
    assert firing(city) == {
        ("gemapi.hauteur", "garonne-portet"),
        ("gemapi.jour", "garonne-portet"),
        ("gemapi.jour", "garonne-toulouse"),
    }
    ended = [words for _, words in city.outbox()[len(told) :]]
    assert len(ended) == 4
    assert any("décide de nouveau" in words for words in ended)
    assert city.parked() == 0
