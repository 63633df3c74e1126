"""In a whole city: a rule is set aside, people are really told of it, and told when it decides again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import text

from shared import bus
from shared.actor import SYSTEM
from shared.model.observations import Observation, Observations
from shared.model.registry import RegistryChanged
from shared.runtime.registry_copy import RegistryCopy

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

    def quarantined(self) -> dict[str, Any]:
        return {each["id"]: each["quarantined"] for each in self.rpc.rules_engine.rules() if each["quarantined"]}


@pytest.fixture
def city(running: Callable[..., Any], rules_with: Callable[[str], Path]) -> Any:
    with running(NOW, rules_with(RULES), recorded_points="yes") as at_work:
        yield City(at_work)


def firing(city: City) -> set[tuple[str, str]]:
    return {(alert["rule"], alert["point"]) for alert in city.rpc.rules_engine.alerts()}


def test_its_people_are_told_and_told_again_when_it_is_released(city: City) -> None:
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
    city.rpc.rules_engine.release(rule="gemapi.jour", actor={"id": SYSTEM.id})
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
