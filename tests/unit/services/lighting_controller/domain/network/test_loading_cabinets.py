"""The file of cabinets and gateways: what it says, and every fault with its place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.lighting_controller.domain.network.cabinet import Cabinet, Cabinets, Gateway
from services.lighting_controller.domain.network.loading_cabinets import load_cabinets
from shared.errors import ProblemsFound
from shared.runtime.settings import shipped_rules

RIGHT = """
default_gateway: main
gateways:
  - {id: main}
  - {id: far, commands_per_second: 5}
cabinets:
  - {site: a, off_by_day: true, gateway: far, grace: 5 min}
  - {site: b}
"""


def test_file_says_which_cabinets_are_off_by_day_and_how_fast_gateways_are() -> None:
    main, far = Gateway("main"), Gateway("far", 5)
    cabinets = {"a": Cabinet("a", "far", True, timedelta(minutes=5)), "b": Cabinet("b", "main")}
    assert load_cabinets(RIGHT, "f") == Cabinets(main, {"main": main, "far": far}, cabinets)


def test_shipped_file_is_right() -> None:
    file = shipped_rules() / "lighting" / "cabinets.yaml"
    assert load_cabinets(file.read_text(encoding="utf-8"), file.name).of("armoire-quais-martigues").off_by_day


@pytest.mark.parametrize(
    ("was", "becomes", "slug", "line"),
    [
        ("default_gateway: main", "default_gateway: mian", "unknown-gateway", 2),
        ("{id: main}", "{id: far}", "double-id", 5),
        ("{id: main}", "{name: main}", "missing", 4),
        ("{id: main}", "{id: main, speed: 2}", "unknown-property", 4),
        ("commands_per_second: 5", "commands_per_second: 0", "gateway-rate", 5),
        ("commands_per_second: 5", "commands_per_second: true", "gateway-rate", 5),
        ("off_by_day: true", "off_by_day: yes", "shape", 7),
        ("gateway: far, grace", "gateway: fra, grace", "unknown-gateway", 7),
        ("grace: 5 min", "grace: 5", "grace", 7),
        ("grace: 5 min", "grace: 5 m", "grace", 7),
        ("grace: 5 min", "grace: 3 h", "grace", 7),
        ("{site: b}", "{site: a}", "double-id", 8),
        ("{site: b}", "b", "shape", 8),
        ("{site: b}", "{site: b, of_by_day: true}", "unknown-property", 8),
        ("cabinets:", "cabinet:", "shape", 2),
    ],
)
def test_fault_is_told_with_its_line(was: str, becomes: str, slug: str, line: int) -> None:
    with pytest.raises(ProblemsFound) as caught:
        load_cabinets(RIGHT.replace(was, becomes), "f")
    assert (slug, line) in [(problem.slug, problem.span.line) for problem in caught.value.problems]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ProblemsFound) as caught:
        load_cabinets(RIGHT.replace("{id: main}", "{id: other}").replace("grace: 5 min", "grace: long"), "f")
    assert [problem.slug for problem in caught.value.problems] == ["unknown-gateway", "grace"]


@pytest.mark.parametrize(
    ("was", "becomes", "hint"),
    [
        ("cabinets:", "cabinet:", "did you mean 'cabinets'?"),
        ("default_gateway: main", "default_gateway: mian", "did you mean 'main'?"),
        ("gateway: far, grace", "gateway: fra, grace", "did you mean 'far'?"),
        ("gateway: far, grace", "gateway: north, grace", "there are: main, far"),
        ("{site: b}", "{site: b, of_by_day: true}", "did you mean 'off_by_day'?"),
    ],
)
def test_what_was_meant_is_asked(was: str, becomes: str, hint: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        load_cabinets(RIGHT.replace(was, becomes), "f")
    assert hint in [problem.hint for problem in caught.value.problems]
