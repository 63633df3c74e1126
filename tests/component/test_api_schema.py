"""What the city says of its HTTP interface is what it does: each route is described, and each answer as described."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from flask import Flask

from services.device_registry import http as device_registry
from services.lighting_controller import http as lighting_controller
from services.lighting_controller import http_energy as lighting_energy
from services.lighting_controller import http_faults as lighting_faults
from services.lighting_controller import http_plan as lighting_plan
from services.notifier import http as notifier
from services.notifier import http_acknowledge, http_incidents
from services.notifier import http_muting as notifier_muting
from services.notifier import http_on_call as notifier_on_call
from services.notifier import http_reaching as notifier_reaching
from services.notifier import http_spending as spending
from services.portal import http as portal
from services.rules_engine import http as rules_engine
from services.rules_engine import http_why as rules_engine_why
from services.telemetry import http as telemetry
from services.telemetry import http_quarantine as quarantine
from shared.http_api import put_together
from shared.model.rejections import RejectionReason
from tests.fuzz.city import Fuzzed, fuzzed_city
from tests.fuzz.schema import hold_to_description

PROBES = {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")}


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    with fuzzed_city(tmp_path_factory.mktemp("city")) as found:
        yield found


def ask(fuzzed: Fuzzed, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, Any, bytes]:
    link = HTTPConnection(*fuzzed.city.address, timeout=30)
    link.request(method, path, headers=headers or {})
    answer = link.getresponse()
    body = answer.read()
    link.close()
    return answer.status, answer.headers, body


def routes() -> set[tuple[str, str]]:
    app = Flask("all", static_folder=None)
    notifier_pages = (http_acknowledge, http_incidents, notifier_muting, notifier_on_call, notifier_reaching, spending)
    for service in (
        telemetry,
        quarantine,
        device_registry,
        rules_engine,
        rules_engine_why,
        notifier,
        *notifier_pages,
        lighting_faults,
        lighting_controller,
        lighting_plan,
        lighting_energy,
        portal,
    ):
        app.register_blueprint(service.routes)
    return {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/") or rule.rule.endswith((".csv", ".txt"))
    }


def test_every_route_is_described_and_nothing_else_is() -> None:
    told = {(method.upper(), path) for path, item in put_together()["paths"].items() for method in item}
    assert told == routes() | PROBES


def test_every_reason_of_a_rejection_is_described() -> None:
    reasons = put_together()["components"]["schemas"]["Rejection"]["properties"]["reason"]["enum"]
    assert sorted(reasons) == sorted(RejectionReason)


def test_the_description_is_had_from_the_city_itself(fuzzed: Fuzzed) -> None:
    status, headers, body = ask(fuzzed, "GET", "/v1/openapi.json")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body) == json.loads(json.dumps(put_together()))


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/openapi.json", "/v1/registry/keys"])
def test_who_asks_in_a_wrong_way_is_told_the_right_ones(fuzzed: Fuzzed, path: str) -> None:
    key = {"Authorization": "Bearer open-sesame"}
    status, headers, _ = ask(fuzzed, "PUT", path, key)
    assert status == 405
    assert {"GET", "HEAD"} <= set(headers["Allow"].split(", "))


def test_who_shows_no_operators_key_is_told_how(fuzzed: Fuzzed) -> None:
    status, headers, _ = ask(fuzzed, "GET", "/v1/registry/keys")
    assert (status, headers["WWW-Authenticate"].split()[0]) == (401, "Bearer")


@pytest.mark.parametrize("query", ["?event=join", "?event=up"])
def test_a_webhook_with_a_wrong_key_is_told_so_at_any_event(fuzzed: Fuzzed, query: str) -> None:
    link = HTTPConnection(*fuzzed.city.address, timeout=30)
    link.request("POST", f"/v1/uplinks/chirpstack{query}", b"{}", {"Authorization": "Bearer wrong"})
    answer = link.getresponse()
    assert (answer.status, json.loads(answer.read())["rejected"][0]["reason"]) == (401, "wrong-key")
    link.close()


def test_every_operation_does_what_its_description_says(fuzzed: Fuzzed) -> None:
    told = hold_to_description(fuzzed, examples=8, seed=1)
    assert told.code == 0, told.text
    # All but the description itself, which was had before.
    assert told.operations == sum(map(len, put_together()["paths"].values())) - 1
    assert told.cases > 500
    fuzzed.settle()
    assert fuzzed.parked() == []
    assert json.loads(fuzzed.send_good().body)["accepted"] == 1
