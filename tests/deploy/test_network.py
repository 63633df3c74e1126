"""Who may talk to whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.deploy.conftest import DEVELOPMENT
from tests.deploy.kubernetes import of_kind
from tests.deploy.tools import template

Resources = list[dict[str, Any]]
REACHED_FROM_OUTSIDE = {"vigie-telemetry", "vigie-notifier", "vigie-portal"}


def peers(policy: dict[str, Any], direction: str) -> list[Any]:
    """All peers of a policy's rules."""
    word = "from" if direction == "ingress" else "to"
    return [peer for rule in policy["spec"].get(direction, ()) for peer in rule[word]]


def test_every_pod_of_the_chart_has_a_policy_for_both_directions(production: Resources) -> None:
    policies = of_kind(production, "NetworkPolicy")
    assert policies.keys() == {*of_kind(production, "Deployment"), "vigie-hook"}
    assert all(item["spec"]["policyTypes"] == ["Ingress", "Egress"] for item in policies.values())


def test_only_what_has_a_path_is_called_from_outside(production: Resources) -> None:
    outside = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
    called = {name for name, item in of_kind(production, "NetworkPolicy").items() if outside in peers(item, "ingress")}
    assert called == REACHED_FROM_OUTSIDE


def test_without_named_callers_nobody_calls() -> None:
    policies = of_kind(template(DEVELOPMENT, "networkPolicy.scrapers=null"), "NetworkPolicy")
    assert all("ingress" not in item["spec"] for item in policies.values())


@pytest.mark.parametrize("name", ["vigie-portal", "vigie-rules-engine", "vigie-hook"])
def test_pods_reach_names_the_broker_and_the_database_and_nothing_else(production: Resources, name: str) -> None:
    rules = of_kind(production, "NetworkPolicy")[name]["spec"]["egress"]
    assert [[port["port"] for port in rule["ports"]] for rule in rules] == [[53, 53], [5671], [5432]]


def test_the_notifier_also_reaches_the_carrier(production: Resources) -> None:
    rules = of_kind(production, "NetworkPolicy")["vigie-notifier"]["spec"]["egress"]
    assert rules[-1] == {"ports": [{"port": 443, "protocol": "TCP"}]}


def test_the_stack_denies_what_it_does_not_allow(stack: Resources) -> None:
    policies = of_kind(stack, "NetworkPolicy")
    assert policies["default-deny"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert {"rabbitmq", "postgresql", "mail", "prometheus"} < policies.keys()


def test_both_sides_of_the_development_stack_agree(stack: Resources, development: Resources) -> None:
    """Where the chart's pods may go, they are let in."""
    servers = of_kind(stack, "StatefulSet") | of_kind(stack, "Deployment")
    labels = {name: item["spec"]["template"]["metadata"]["labels"] for name, item in servers.items()}
    wanted = peers(of_kind(development, "NetworkPolicy")["vigie-notifier"], "egress")
    named = [peer["podSelector"]["matchLabels"] for peer in wanted if "podSelector" in peer]
    assert named == [labels["rabbitmq"], labels["postgresql"], labels["mail"]]
    own = of_kind(development, "Deployment")["vigie-notifier"]["spec"]["template"]["metadata"]["labels"]
    for name in ("rabbitmq", "postgresql", "mail"):
        doors = peers(of_kind(stack, "NetworkPolicy")[name], "ingress")
        assert any(door["podSelector"]["matchLabels"].items() <= own.items() for door in doors)
