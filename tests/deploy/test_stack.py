"""The development stack and the loop around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from shared import bus
from tests.deploy.kubernetes import not_restricted, of_kind, pods, validate
from tests.deploy.tools import ROOT, documents, done, tool

Resources = list[dict[str, Any]]
SKAFFOLD = documents((ROOT / "skaffold.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", ["namespace", "prometheus", "dev"])
def test_each_part_is_valid_kubernetes(stack_folder: Path, folder: str) -> None:
    validate(documents(done(tool("kubectl"), "kustomize", stack_folder / folder)))


def test_the_stack_has_what_a_city_stands_on(stack: Resources) -> None:
    assert of_kind(stack, "StatefulSet").keys() == {"rabbitmq", "postgresql"}
    assert of_kind(stack, "Deployment").keys() == {"mail", "prometheus"}
    assert of_kind(stack, "Namespace").keys() == {"vigie"}


def test_the_namespace_lets_nobody_become_root_and_the_stack_obeys(stack: Resources, development: Resources) -> None:
    (namespace,) = of_kind(stack, "Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    faults = {name: not_restricted(pod) for name, pod in pods([*stack, *development])}
    assert {name: found for name, found in faults.items() if found} == {}


def test_no_secret_is_kept_beside_the_sources() -> None:
    ignored = (ROOT / "k8s" / "dev" / "secrets" / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"*", "!.gitignore"} <= set(ignored)
    stored = [file for file in (ROOT / "k8s").rglob("*.yaml") if "kind: Secret\n" in file.read_text(encoding="utf-8")]
    assert stored == []


def test_the_chart_finds_every_secret_that_it_names(stack: Resources, development: Resources) -> None:
    there = {(name, key) for name, item in of_kind(stack, "Secret").items() for key in item["data"]}
    volumes = [volume["secret"] for _, pod in pods(development) for volume in pod["volumes"] if "secret" in volume]
    wanted = {(volume["secretName"], item["key"]) for volume in volumes for item in volume["items"]}
    assert {name for name, _ in wanted} >= {f"vigie-{service.replace('_', '-')}" for service in bus.SERVICES}
    assert wanted <= there


def test_prometheus_has_the_charts_alerts(stack: Resources) -> None:
    (name,) = (name for name in of_kind(stack, "ConfigMap") if name.startswith("vigie-alerts"))
    alerts = ROOT / "helm" / "vigie" / "files" / "alerts.yaml"
    assert of_kind(stack, "ConfigMap")[name]["data"]["alerts.yaml"] == alerts.read_text(encoding="utf-8")
    (server,) = (pod for owner, pod in pods(stack) if owner == "prometheus")
    assert {"name": "alerts", "configMap": {"name": name}} in server["volumes"]


def test_servers_come_before_the_city() -> None:
    servers, city = SKAFFOLD
    assert {item["apiVersion"] for item in SKAFFOLD} == {"skaffold/v4beta13"}
    assert {item["kind"] for item in SKAFFOLD} == {"Config"}
    assert city["requires"] == [{"configs": [servers["metadata"]["name"]]}]


def test_the_loop_names_only_fields_that_skaffold_has() -> None:
    known = {"apiVersion", "kind", "metadata", "requires", "build", "manifests", "deploy", "portForward"}
    assert all(item.keys() <= known for item in SKAFFOLD)
    (release,) = SKAFFOLD[1]["deploy"]["helm"]["releases"]
    of_a_release = {"name", "namespace", "chartPath", "valuesFiles", "setValueTemplates", "wait", "upgradeOnChange"}
    assert release.keys() == of_a_release
    doors = [item.keys() for part in SKAFFOLD for item in part["portForward"]]
    assert all(keys == {"resourceType", "resourceName", "namespace", "port", "localPort"} for keys in doors)


def test_the_loop_names_files_and_services_that_exist(stack: Resources, development: Resources) -> None:
    servers, city = SKAFFOLD
    (release,) = city["deploy"]["helm"]["releases"]
    (artifact,) = city["build"]["artifacts"]
    paths = [*servers["manifests"]["kustomize"]["paths"], release["chartPath"], *release["valuesFiles"]]
    assert [path for path in [*paths, artifact["docker"]["dockerfile"]] if not (ROOT / path).exists()] == []
    ports = {
        (name, port["port"])
        for name, item in of_kind([*stack, *development], "Service").items()
        for port in item["spec"]["ports"]
    }
    forwarded = [item for part in SKAFFOLD for item in part["portForward"]]
    assert {(item["resourceName"], item["port"]) for item in forwarded} <= ports
    assert len({item["localPort"] for item in forwarded}) == len(forwarded)


def test_the_loop_installs_the_image_that_it_builds() -> None:
    (release,) = SKAFFOLD[1]["deploy"]["helm"]["releases"]
    (artifact,) = SKAFFOLD[1]["build"]["artifacts"]
    known = yaml.safe_load((ROOT / "helm" / "vigie" / "values.yaml").read_text(encoding="utf-8"))["image"]
    for setting, text in release["setValueTemplates"].items():
        assert setting.removeprefix("image.") in known
        assert text.endswith(f"_{artifact['image']}}}}}")
