"""Alerts and dashboards speak of metrics that exist, and alerts speak when they should."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.lighting_controller.domain.commanding.reconciling import Move
from services.lighting_controller.domain.fault import Fault
from shared.model.incidents import NotificationState
from shared.model.rejections import RejectionReason
from tests.deploy.alert_cases import CASES, Case
from tests.deploy.kubernetes import of_kind
from tests.deploy.tools import CHART, ROOT, done, tool

ALERTS = CHART / "files" / "alerts.yaml"
DASHBOARDS = sorted((CHART / "files" / "dashboards").glob("*.json"))
SCRAPED = ROOT / "k8s" / "prometheus" / "prometheus.yaml"
RULES = [rule for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]

OF_OTHERS = {
    "up": ["pod"],
    "rabbitmq_detailed_queue_messages": ["queue", "vhost"],
    "ALERTS": ["alertname", "alertstate"],
}
OF_THE_SCRAPE = {"job", "instance", "namespace", "pod", "service", "le"}
"""Labels that Prometheus adds, as k8s/prometheus and the ServiceMonitor say."""

VALUES = {
    "outcome": {"accepted", "duplicate", "quarantined"},
    "reason": {reason.value for reason in RejectionReason},
    "state": {state.value for state in NotificationState},
    "move": {move.value for move in Move},
    "change": {"taken", "lost"},
    "fault": {fault.value for fault in Fault},
}
_SERIES = re.compile(r"\b((?:vigie|process|rabbitmq)_[a-z_]+|up|ALERTS)\b(?:\{([^}]*)\})?")
_LABEL = re.compile(r'([a-z_]+)\s*=~?\s*"([^"]*)"')


@cache
def exposed() -> dict[str, list[str]]:
    """The labels of every metric that the city has, by the metric's name."""
    found: dict[str, list[str]] = json.loads(done(sys.executable, "-m", "tests.deploy.exposed"))
    return {**found, **OF_OTHERS}


def expressions() -> Iterator[tuple[str, str]]:
    """Where it stands, and the expression."""
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for file in DASHBOARDS:
        for panel in json.loads(file.read_text(encoding="utf-8"))["panels"]:
            for target in panel.get("targets", ()):
                yield panel["title"], target["expr"]


def test_prometheus_reads_the_rules() -> None:
    assert f"{len(RULES)} rules found" in done(tool("promtool"), "check", "rules", ALERTS)


def test_prometheus_reads_the_scrape_configuration(tmp_path: Path) -> None:
    """Debian builds promtool without the discovery of pods, so that part is looked at here instead."""
    text: dict[str, Any] = yaml.safe_load(SCRAPED.read_text(encoding="utf-8"))
    city = text["scrape_configs"][0]
    assert city.pop("kubernetes_sd_configs") == [{"role": "pod", "namespaces": {"own_namespace": True}}]
    city["static_configs"] = [{"targets": ["portal:8080"]}]
    (tmp_path / "prometheus.yaml").write_text(yaml.safe_dump(text), encoding="utf-8")
    done(tool("promtool"), "check", "config", tmp_path / "prometheus.yaml")


@pytest.mark.parametrize("expression", [pytest.param(text, id=where) for where, text in expressions()])
def test_every_query_names_metrics_and_labels_that_exist(expression: str) -> None:
    named = _SERIES.findall(expression)
    assert named
    for name, selectors in named:
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        assert name in exposed() or base in exposed(), name
        labels = {*exposed().get(name, exposed().get(base, ())), *OF_THE_SCRAPE}
        for label, value in _LABEL.findall(selectors):
            assert label in labels, f"{name} has no label {label}"
            assert value in VALUES.get(label, {value}), f"{label} is never {value}"
    grouped = {label.strip() for words in re.findall(r"by \(([^)]*)\)", expression) for label in words.split(",")}
    assert grouped <= {*OF_THE_SCRAPE, *(label for name, _ in named for label in labels_of(name))}


def labels_of(name: str) -> list[str]:
    """The labels of a metric, or of the histogram that a series is part of."""
    return exposed().get(name) or exposed().get(re.sub(r"_(bucket|sum|count)$", "", name), [])


def test_every_alert_is_tried_both_ways() -> None:
    tried = {(case.alert, case.fires) for case in CASES}
    assert tried == {(rule["alert"], fires) for rule in RULES for fires in (True, False)}


def test_alerts_fire_when_they_should_and_only_then(tmp_path: Path) -> None:
    files = [_as_file(rule, tmp_path / f"{rule['alert']}.yaml") for rule in RULES]
    assert done(tool("promtool"), "test", "rules", *files).count("SUCCESS") == len(RULES)


def _as_file(rule: dict[str, Any], file: Path) -> Path:
    """The cases of one alert; beside it the rule alone, since all of them at each minute of each case take long."""
    alone = file.with_suffix(".rule.yaml")
    alone.write_text(yaml.safe_dump({"groups": [{"name": "alone", "rules": [rule]}]}), encoding="utf-8")
    tests = [_as_test(case) for case in CASES if case.alert == rule["alert"]]
    text = {"rule_files": [str(alone)], "evaluation_interval": "1m", "tests": tests}
    file.write_text(yaml.safe_dump(text), encoding="utf-8")
    return file


def _as_test(case: Case) -> dict[str, Any]:
    firing = f'count(ALERTS{{alertname="{case.alert}",alertstate="firing"}})'
    return {
        "name": f"{case.alert}: {case.why}",
        "interval": "1m",
        "input_series": [{"series": series, "values": values} for series, values in case.series.items()],
        "promql_expr_test": [
            {
                "expr": firing,
                "eval_time": f"{case.minute}m",
                "exp_samples": [{"labels": "{}", "value": 1}] if case.fires else [],
            }
        ],
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_speaks_french_and_english_and_says_where_to_read_on(rule: dict[str, Any]) -> None:
    notes = rule["annotations"]
    assert notes.keys() == {"summary", "description", "summary_en", "description_en", "runbook_url"}
    assert rule["labels"]["severity"] in {"warning", "critical"}
    page, _, anchor = notes["runbook_url"].partition("#")
    headings = re.findall(r"^#+ (.*)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert anchor == rule["alert"].lower()
    assert rule["alert"] in headings


def test_the_chart_carries_the_rules_as_they_are(production: list[dict[str, Any]]) -> None:
    (item,) = of_kind(production, "PrometheusRule").values()
    assert item["apiVersion"] == "monitoring.coreos.com/v1"
    assert item["spec"] == yaml.safe_load(ALERTS.read_text(encoding="utf-8"))
    assert item["metadata"]["labels"]["release"] == "kube-prometheus-stack"


def test_both_ways_of_scraping_give_the_same_labels(production: list[dict[str, Any]]) -> None:
    """Many metrics have a label `service` of their own, which must win over the one that Prometheus adds."""
    (monitor,) = of_kind(production, "ServiceMonitor").values()
    assert monitor["apiVersion"] == "monitoring.coreos.com/v1"
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint.keys() == {"port", "path", "interval", "honorLabels", "relabelings"}
    assert endpoint["honorLabels"] is True
    (named,) = endpoint["relabelings"]
    plain = yaml.safe_load(SCRAPED.read_text(encoding="utf-8"))["scrape_configs"][0]
    assert plain["honor_labels"] is True
    assert {"source_labels": named["sourceLabels"], "target_label": "service"} in plain["relabel_configs"]
    chosen = monitor["spec"]["selector"]["matchLabels"].items()
    for item in of_kind(production, "Service").values():
        assert chosen <= item["metadata"]["labels"].items()
        assert item["metadata"]["labels"]["app.kubernetes.io/name"] == plain["job_name"] == "vigie"


def test_the_operator_is_used_only_where_it_is(development: list[dict[str, Any]]) -> None:
    assert of_kind(development, "ServiceMonitor") == of_kind(development, "PrometheusRule") == {}


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_a_dashboard_is_one_that_grafana_takes(production: list[dict[str, Any]], file: Path) -> None:
    dashboard = json.loads(file.read_text(encoding="utf-8"))
    numbers = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(numbers)) == len(numbers)
    variables = {item["name"] for item in dashboard["templating"]["list"]}
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] == "${datasource}"
    assert variables == {"datasource", "namespace"}
    carried = of_kind(production, "ConfigMap")["vigie-dashboards"]
    assert json.loads(carried["data"][file.name]) == dashboard
    assert carried["metadata"]["labels"]["grafana_dashboard"] == "1"
