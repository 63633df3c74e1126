"""What the chart starts is what the programs know: settings, commands, paths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml
from flask import Flask

from services.console.application import application
from services.console.commands.serve import config_of
from services.notifier import http as notifier
from services.telemetry import http as telemetry
from shared import bus
from shared.runtime.settings import PREFIX, Secret, Settings
from tests.deploy.conftest import PRODUCTION
from tests.deploy.kubernetes import of_kind, pods
from tests.deploy.tools import CHART, template

Resources = list[dict[str, Any]]
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
SCHEMA: dict[str, Any] = yaml.safe_load((CHART / "values.schema.json").read_text(encoding="utf-8"))


def environment(container: dict[str, Any], pod: dict[str, Any], folder: Path) -> dict[str, str]:
    """What the container is told, with its mounted secrets below ``folder``, each saying its own key."""
    volumes = {item["name"]: item for item in pod["volumes"]}
    for mount in container["volumeMounts"]:
        for item in volumes[mount["name"]].get("secret", {}).get("items", ()):
            file = folder / mount["mountPath"][1:] / item["path"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(item["key"], encoding="utf-8")
    return {
        item["name"]: str(folder / item["value"][1:]) if item["name"].endswith("_FILE") else item["value"]
        for item in container["env"]
    }


def test_each_service_understands_its_environment(production: Resources, tmp_path: Path) -> None:
    for name, deployment in of_kind(production, "Deployment").items():
        pod = deployment["spec"]["template"]["spec"]
        settings = Settings.from_environment(environment(pod["containers"][0], pod, tmp_path / name))
        assert config_of(settings)["AMQP_URI"] == "amqp-url"
        assert settings.listen == "0.0.0.0:8080"
        assert settings.public_url == "https://vigie.example.org"
        assert settings.rules_dir == Path("/etc/vigie/rules")
        assert settings.log_level == "WARNING"
        assert (settings.sms_channel == "sms_twilio") == (name == "vigie-notifier")


def test_each_hook_understands_its_environment(production: Resources, tmp_path: Path) -> None:
    jobs = {name: pod for name, pod in pods(production) if name in of_kind(production, "Job")}
    for name, pod in jobs.items():
        for container in pod["containers"]:
            place = tmp_path / name / container["name"]
            settings = Settings.from_environment(environment(container, pod, place))
            known = settings.amqp_url or settings.database_url
            assert known is not None
            assert known.reveal() in {"url", "database-url"}


def test_no_container_sees_the_secret_of_another_service(production: Resources) -> None:
    pod = dict(pods(production))["vigie-upgrade-tables"]
    secrets = {item["name"]: item["secret"]["secretName"] for item in pod["volumes"] if "secret" in item}
    seen = {
        c["name"]: [secrets[m["name"]] for m in c["volumeMounts"] if m["name"] in secrets] for c in pod["containers"]
    }
    assert seen.keys() == {service.replace("_", "-") for service in bus.SERVICES}
    assert seen["telemetry"] == ["city-telemetry"]
    assert all(len(names) == 1 for names in seen.values())


def test_every_command_is_one_that_vigie_has(production: Resources) -> None:
    root = typer.main.get_command(application)
    commands = [container["args"] for _, pod in pods(production) for container in pod["containers"]]
    assert ["serve", "rules_engine"] in commands
    assert ["bus", "declare"] in commands
    assert ["db", "upgrade", "--service", "notifier"] in commands
    for words in commands:
        command, rest = root, list(words)
        while hasattr(command, "get_command"):
            command = command.get_command(None, rest.pop(0))
        command.make_context("vigie", rest)


def test_what_telemetry_and_the_notifier_answer_reaches_them_from_outside() -> None:
    paths = {path: name for name, row in VALUES["services"].items() for path in row.get("paths", ())}
    assert paths["/"] == bus.PORTAL
    for service, routes in {bus.TELEMETRY: telemetry.routes, bus.NOTIFIER: notifier.routes}.items():
        app = Flask(service)
        app.register_blueprint(routes)
        for rule in app.url_map.iter_rules():
            if rule.endpoint != "static":
                fitting = [path for path in paths if rule.rule.startswith(path)]
                assert paths[max(fitting, key=len)] == service, rule.rule


def test_nothing_of_the_registry_is_reached_from_outside() -> None:
    assert "paths" not in VALUES["services"][bus.DEVICE_REGISTRY]
    assert VALUES["each"]["paths"] == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_ask_the_paths_that_every_service_answers(production: Resources, path: str) -> None:
    asked = {
        probe["httpGet"]["path"]
        for deployment in of_kind(production, "Deployment").values()
        for container in deployment["spec"]["template"]["spec"]["containers"]
        for probe in (container["startupProbe"], container["livenessProbe"], container["readinessProbe"])
    }
    assert path in asked
    assert asked == {"/healthz", "/readyz"}


def test_a_service_has_the_time_to_stop_that_it_needs(production: Resources) -> None:
    for deployment in of_kind(production, "Deployment").values():
        pod = deployment["spec"]["template"]["spec"]
        pause = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod["terminationGracePeriodSeconds"] >= pause + 30


def test_secrets_are_refused_among_the_plain_settings() -> None:
    schema = {**SCHEMA["definitions"]["settings"], "definitions": SCHEMA["definitions"]}
    for name, item in Settings.__dataclass_fields__.items():
        setting = f"{PREFIX}{name.upper()}"
        if item.metadata["read"] is Secret:
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate({setting: "x"}, schema)
    jsonschema.validate({"VIGIE_LOG_LEVEL": "INFO", "VIGIE_TWILIO_SENDER": "x"}, schema)


def test_no_secret_is_among_what_is_rendered(production: Resources) -> None:
    assert of_kind(production, "Secret") == {}


def test_other_rules_start_the_processes_anew() -> None:
    notes = {
        item["spec"]["template"]["metadata"]["annotations"]["vigie/rules"]
        for item in of_kind(template(PRODUCTION, "rules.revision=next"), "Deployment").values()
    }
    assert notes == {"next"}
