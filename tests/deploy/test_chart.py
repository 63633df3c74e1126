"""The chart renders what a cluster takes, and says what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared import bus
from tests.deploy.conftest import DEVELOPMENT, PRODUCTION
from tests.deploy.kubernetes import not_restricted, of_kind, pods, validate
from tests.deploy.tools import CHART, KUBERNETES, done, helm_template, run, template, tool

Resources = list[dict[str, Any]]


@pytest.mark.parametrize("values", [PRODUCTION, DEVELOPMENT, CHART / "values.yaml"], ids=lambda path: path.parent.name)
def test_helm_finds_nothing_to_say_against_the_chart(values: Path) -> None:
    done(tool("helm"), "lint", "--strict", CHART, "--values", values, "--kube-version", f"{KUBERNETES}.0")


def test_what_is_rendered_is_valid_kubernetes(production: Resources, development: Resources) -> None:
    validate(production)
    validate(development)


@pytest.mark.parametrize(
    "setting",
    ["networkPolicy.enabled=false", "hooks.declareBus.enabled=false,hooks.upgradeTables.enabled=false",
     "monitoring.dashboards=false", "services.portal.replicas=0", "ingress.tlsSecret="],
)  # fmt: skip
def test_each_option_may_be_switched_off(setting: str) -> None:
    validate(template(PRODUCTION, setting))


def test_missing_values_are_named_all_at_once() -> None:
    said = run(*helm_template())
    assert said.returncode
    wanted = ["publicUrl", "hooks.declareBus.secret", *(f"services.{name}.secret" for name in bus.SERVICES)]
    assert [name for name in wanted if f"{name}:" not in said.stderr] == []


@pytest.mark.parametrize(
    "setting",
    ["services.portal.secrt=x", "services.billing.secret=x", "replicas=2", "each.secret=x",
     "image.digest=latest", "publicUrl=vigie.example.org",

     "settings.VIGIE_LISTEN=0.0.0.0:80", "settings.LOG_LEVEL=INFO"],
)  # fmt: skip
def test_values_that_the_chart_does_not_know_are_refused(setting: str) -> None:
    said = run(*helm_template(PRODUCTION, setting))
    assert said.returncode
    assert "don't meet the specifications of the schema" in said.stderr


def test_each_service_has_its_deployment_its_address_and_its_account(production: Resources) -> None:
    names = {f"vigie-{service.replace('_', '-')}" for service in bus.SERVICES}
    for kind in ("Deployment", "Service", "ServiceAccount"):
        assert of_kind(production, kind).keys() == names


def test_where_there_are_several_one_at_a_time_is_taken_away(production: Resources) -> None:
    several = {name for name, item in of_kind(production, "Deployment").items() if item["spec"]["replicas"] > 1}
    assert of_kind(production, "PodDisruptionBudget").keys() == several
    assert "vigie-device-registry" not in several


def test_no_pod_could_become_root(production: Resources) -> None:
    assert {name: faults for name, pod in pods(production) if (faults := not_restricted(pod))} == {}
    assert all(c["securityContext"]["readOnlyRootFilesystem"] for _, pod in pods(production) for c in pod["containers"])


def test_no_pod_gets_a_token_or_variables_of_the_cluster(production: Resources) -> None:
    """A variable VIGIE_PORTAL_PORT, which Kubernetes would add, is a setting that nobody knows: nothing would start."""
    for _, pod in pods(production):
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False


def test_queues_come_first_then_tables_then_processes(production: Resources) -> None:
    hooks = [*of_kind(production, "Job").values(), of_kind(production, "NetworkPolicy")["vigie-hook"]]
    notes = {item["metadata"]["name"]: item["metadata"]["annotations"] for item in hooks}
    assert {note["helm.sh/hook"] for note in notes.values()} == {"pre-install,pre-upgrade"}
    order = sorted(notes, key=lambda name: int(notes[name]["helm.sh/hook-weight"]))
    assert order == ["vigie-hook", "vigie-declare-bus", "vigie-upgrade-tables"]


def test_the_image_may_be_named_by_tag_or_by_digest() -> None:
    tagged = template(DEVELOPMENT, "image.tag=abc")
    pinned = template(PRODUCTION)
    assert {c["image"] for _, pod in pods(tagged) for c in pod["containers"]} == {"vigie:abc"}
    (image,) = {c["image"] for _, pod in pods(pinned) for c in pod["containers"]}
    assert image.startswith("images.example.org/vigie@sha256:")


def test_a_long_name_of_a_release_still_fits() -> None:
    words = [word if word != "vigie" else "a" * 53 for word in helm_template(PRODUCTION)]
    text = done(*words)
    names = [line.split()[-1] for line in text.splitlines() if line.startswith("  name: ")]
    assert max(map(len, names)) <= 63
