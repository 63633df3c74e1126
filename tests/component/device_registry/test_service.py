"""The service's entrypoints, called as nameko calls them, on a real database, clock and folder."""

import json
import logging

import msgspec
import pytest
from nameko.testing.services import worker_factory

from services.device_registry.service import DeviceRegistryService
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotFound, ProblemsFound
from shared.model.registry import Inventory, Point
from shared.runtime.clock import VirtualClock


@pytest.fixture
def service_of(database, now):
    """A function that gives the service on a rules folder."""

    def make(folder):
        clock = VirtualClock(now)
        return worker_factory(
            DeviceRegistryService, database=database, clock=clock, rules_folder=folder, recorded_points=False
        )

    return make


@pytest.fixture
def service(service_of, rules):
    started = service_of(rules)
    started.begin()
    return started


@pytest.fixture
def broken_folder(tmp_path):
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "wrong.yaml").write_text("kinds: [{id: x}]", encoding="utf-8")
    return tmp_path


def test_the_first_start_tells_the_shipped_inventory(service, inventory, told):
    assert [(message.revision, message.inventory) for message in told()] == [(1, inventory)]


def test_every_further_start_tells_the_same_revision_again(service, service_of, rules, told):
    service_of(rules).begin()
    first, again = told()
    assert again == first


@pytest.mark.parametrize("name", ["broken", "missing"])
def test_a_start_with_a_bad_folder_keeps_and_tells_what_was_known(
    service, service_of, broken_folder, told, caplog, name
):
    folder = broken_folder if name == "broken" else broken_folder / "missing"
    with caplog.at_level(logging.ERROR):
        service_of(folder).begin()
    first, again = told()
    assert again == first
    assert "nothing is changed" in caplog.text


def test_a_start_without_any_inventory_tells_nothing(service_of, broken_folder, told):
    started = service_of(broken_folder)
    started.begin()
    assert told() == []
    assert started.summary()["revision"] == 0


def test_all_that_is_known_is_answered_as_json_can_carry_it(service, inventory):
    answer = json.loads(json.dumps(service.inventory()))
    assert answer["revision"] == 1
    assert msgspec.convert(answer["inventory"], Inventory, strict=False) == inventory


def test_points_are_found(service):
    found = service.find(kind="water-level", area="toulouse-berges")
    assert [msgspec.convert(point, Point).title for point in found] == ["Garonne à Toulouse (Pont-Neuf)"]


def test_a_point_is_answered_with_what_stands_there(service):
    answer = service.get("garonne-toulouse")
    assert answer["kind"]["properties"]["level"]["unit"] == "m"
    assert [device["id"] for device in answer["devices"]] == ["O200004001"]
    assert answer["mounts"][0]["since"] == "1945-12-31T23:00:00Z"
    with pytest.raises(NotFound):
        service.get("moon")


def test_a_key_is_issued_to_an_actor(service):
    assert service.issue_key(msgspec.to_builtins(SYSTEM), directorate="gemapi")
    assert service.summary()["credentials"] == 1
    with pytest.raises(Forbidden):
        service.issue_key(msgspec.to_builtins(Actor("officer:paul", "dechets")), directorate="gemapi")


def test_an_import_answers_with_its_counts_or_with_the_problems(service, service_of, broken_folder):
    answer = service.import_inventory(msgspec.to_builtins(SYSTEM))
    assert answer == {"revision": 1, "added": 0, "changed": 0, "removed": 0, "in_words": "", "conflicts": ()}
    with pytest.raises(ProblemsFound, match=r"wrong\.yaml"):
        service_of(broken_folder).import_inventory(msgspec.to_builtins(SYSTEM))
