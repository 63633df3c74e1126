"""The registry in a city that goes on measuring. Each test has a city of its own: two at once would share a bus."""

import json
from datetime import timedelta

import pytest

SWAP = {"point": "garonne-toulouse", "old": "O200004001", "device": {"id": "NEU", "model": "hubeau-station"}}


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_of_its_own_the_registry_is_shut(open_city, ask, key):
    with open_city(key=key) as (city, _):
        status, answer = ask(city, "GET", "heard", headers={"Authorization": "Bearer "})
    assert status == 403
    assert "set VIGIE_OPERATOR_KEY" in answer["detail"]


def test_a_revoked_key_sends_nothing_any_more(open_city, ask, post):
    with open_city() as (city, rpc):
        key = rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
        city.timeline.settle()
        assert post(city, key, "O200004001", city.clock.now(), 1000) == 200
        (issued,) = ask(city, "GET", "keys")[1]
        assert "key_sha256" not in json.dumps(issued)
        assert ask(city, "POST", "revoke", {"key": issued["id"]})[0] == 200
        city.timeline.settle()
        assert post(city, key, "O200004001", city.clock.now() - timedelta(minutes=5), 1000) == 401


def test_a_swap_in_a_running_city_keeps_one_history_and_outlives_a_restart(open_city, ask, post, now):
    with open_city() as (city, rpc):
        key = rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
        city.timeline.settle()
        assert post(city, key, "O200004001", now, 1000) == 200
        assert ask(city, "POST", "swap", SWAP)[0] == 200
        city.timeline.advance(now + timedelta(minutes=15))
        assert post(city, key, "NEU", city.clock.now(), 1100) == 200
        assert post(city, key, "O200004001", city.clock.now(), 9999) == 400
        city.timeline.settle()
    later = now + timedelta(minutes=30)
    with open_city(start=later) as (city, rpc):
        assert post(city, key, "NEU", later, 1200) == 200
        city.timeline.settle()
        bounds = ((now - timedelta(hours=1)).isoformat(), (later + timedelta(hours=1)).isoformat())
        history = rpc.telemetry.history("garonne-toulouse", "level", *bounds)
        assert [observation["value"] for observation in history] == [1.0, 1.1, 1.2]
        (state,) = ask(city, "GET", "heard?point=garonne-toulouse")[1]
        assert (state["device"], state["silent_for_s"], state["is_late"]) == ("NEU", 0, False)
        mounts = rpc.device_registry.get("garonne-toulouse")["mounts"]
        assert [(mount["device"], mount["until"]) for mount in mounts] == [
            ("NEU", None),
            ("O200004001", "2022-01-10T10:15:00Z"),
        ]
