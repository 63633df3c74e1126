"""The benchmarks still run; what they find is no matter of a test, whose machine has other things to do."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest

from benchmarks import engine, lighting, notifier, pipeline
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ


@pytest.mark.slow
def test_the_pipeline_is_measured_to_the_end_and_told_in_one_line(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.main(["--quick"], lambda: nullcontext((rabbitmq, postgresql)))

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["goal"].keys() == said["ratios"].keys() == said["reached"].keys()
    assert said["figures"]["pipeline_per_s"] > 0
    assert said["figures"]["bulk_per_s"] > 0
    assert said["figures"]["at_half_load"]["alarms"] > 0


@pytest.mark.slow
def test_the_engine_is_measured_to_the_end_and_told_in_one_line(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.main(["--quick"], lambda: nullcontext((rabbitmq, postgresql)))

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["goal"].keys() == said["reached"].keys() <= said["ratios"].keys()
    assert [each["replicas"] for each in said["figures"]["replicas"]] == [1, 2, 4]
    assert all(each["per_s"] > 0 for each in said["figures"]["replicas"])
    assert said["figures"]["start"]["leases_lost"] == 0


@pytest.mark.slow
def test_the_notifier_is_measured_to_the_end_and_told_in_one_line(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, capsys: pytest.CaptureFixture[str]
) -> None:
    notifier.main(["--quick"], lambda: nullcontext((rabbitmq, postgresql)))

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["goal"].keys() == said["ratios"].keys() == said["reached"].keys()
    assert [each["open"] for each in said["figures"]] == [5, 10]
    assert all(0 < each["p50_s"] <= each["p95_s"] and each["alerts_per_s"] > 0 for each in said["figures"])


@pytest.mark.slow
def test_the_lights_are_measured_to_the_end_and_told_in_one_line(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, capsys: pytest.CaptureFixture[str]
) -> None:
    lighting.main(["--quick"], lambda: nullcontext(postgresql), lambda: nullcontext(rabbitmq))

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["goal"].keys() == said["reached"].keys() <= said["ratios"].keys()
    sizes = [(each["database"], each["luminaires"]) for each in said["figures"]]
    assert sizes == [("sqlite", 20), ("sqlite", 60), ("postgresql", 20), ("postgresql", 60)]
    for each in said["figures"]:
        assert all(each[name]["commands"] == each["luminaires"] for name in ("dusk", "dim", "emergency"))
        assert each["dim"]["handed_over_s"] == each["envelope_s"] == 180, "a quarter of the zone in each minute"
        assert each["dusk"]["handed_over_s"] == each["emergency"]["handed_over_s"] == 0, "nothing holds them up"
    by_mqtt = said["mqtt"]
    assert by_mqtt["luminaires"] == 60
    assert min(by_mqtt[name] for name in ("seconds", "per_s", "pace_s", "bare_s")) > 0
