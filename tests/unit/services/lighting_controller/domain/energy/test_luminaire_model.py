"""What luminaires draw at a level, and which is of which model."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.lighting_controller.domain.energy.loading_models import load_models
from services.lighting_controller.domain.energy.luminaire_model import Curve, LuminaireModel, Models, curves_in
from services.lighting_controller.domain.fixture import Fixture
from shared.errors import ProblemsFound
from shared.model.registry import Group, Inventory, Point, Text
from shared.runtime.settings import shipped_rules

GOOD = """\
default: plain
silent_after: 30 min
models:
  - id: plain
    title: Simple
    watts: {0 %: 0.5 W, 50 %: 20 W, 100 %: 60 W}
    life: 80000 h
  - id: other
    title: Autre
    watts: {0 %: 0 W, 100 %: 10 W}
    luminaires: [l1]
    tags: [passage-pieton]
    devices: [zenopix]
    groups: [bank]
prices:
  - {since: 2026-01-01, eur_per_kwh: 0.2}
"""


@pytest.mark.parametrize(
    ("level", "watts"), [(0, 0.5), (1, 0.89), (25, 10.25), (50, 20.0), (51, 20.8), (75, 40.0), (100, 60.0)]
)
def test_watts_are_read_on_straight_lines_between_the_points(level: int, watts: float) -> None:
    assert Curve(((0, 0.5), (50, 20.0), (100, 60.0))).watts(level) == pytest.approx(watts)


@pytest.mark.parametrize(
    ("luminaire", "tags", "device", "groups", "model"),
    [
        ("l1", (), None, (), "by-id"),
        ("l2", ("crossing",), "zenopix", ("bank",), "by-tag"),
        ("l2", ("other",), "zenopix", ("bank",), "by-device"),
        ("l2", (), "unknown", ("a", "bank"), "by-group"),
        ("l2", (), None, ("a",), "default"),
    ],
)
def test_the_surest_name_tells_the_model(
    luminaire: str, tags: tuple[str, ...], device: str | None, groups: tuple[str, ...], model: str
) -> None:
    names = ("default", "by-id", "by-tag", "by-device", "by-group")
    made = {name: LuminaireModel(name, name, Curve(((0, 0.0), (100, 1.0)))) for name in names}
    models = Models(
        default=made["default"],
        by_luminaire={"l1": made["by-id"]},
        by_tag={"crossing": made["by-tag"]},
        by_device={"zenopix": made["by-device"]},
        by_group={"bank": made["by-group"]},
    )
    assert models.of(luminaire, Fixture(luminaire, None, tags, (), device, None), groups).id == model


def test_a_luminaire_that_the_registry_does_not_describe_has_the_model_of_its_group() -> None:
    models = load_models(GOOD, "m.yaml")
    assert models.of("l9", None, ("bank",)).id == "other"


def test_the_file_is_read() -> None:
    models = load_models(GOOD, "m.yaml")
    assert models.default == LuminaireModel(
        "plain", "Simple", Curve(((0, 0.5), (50, 20.0), (100, 60.0))), timedelta(hours=80_000)
    )
    assert (models.silent_after, models.prices.prices[0].per_kwh) == (timedelta(minutes=30), 0.2)


def test_the_shipped_file_is_read() -> None:
    text = (shipped_rules() / "lighting" / "models.yaml").read_text(encoding="utf-8")
    assert load_models(text, "models.yaml").default.curve.watts(100) == 70


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("50 %: 20 W", "50: 20 W", "6:25 yaml"),
        ("50 %: 20 W", "half: 20 W", "6:25 curve-level"),
        ("50 %: 20 W", "150 %: 20 W", "6:25 curve-level"),
        ("100 %: 60 W", "40 %: 60 W", "6:37 curve-level"),
        ("50 %: 20 W", "50 %: 20 kW", "6:31 curve-watts"),
        ("50 %: 20 W", "50 %: 20", "6:31 curve-watts"),
        ("100 %: 60 W", "100 %: 6 W", "6:44 curve-watts"),
        ("100 %: 60 W", "100 %: 60000 W", "6:44 curve-watts"),
        ("0 %: 0.5 W, ", "", "6:12 curve-ends"),
        ("{0 %: 0 W, 100 %: 10 W}", "{}", "10:12 curve-ends"),
        ("80000 h", "long", "7:11 life"),
        ("30 min", "soon", "2:15 silent-after"),
        ("30 min", "0 s", "2:15 silent-after"),
        ("default: plain", "default: plan", "1:10 unknown-model"),
        ("id: other", "id: plain", "8:9 double-id"),
        ("title: Autre", "titel: Autre", "9:5 unknown-property"),
        ("[bank]", "bank", "14:13 shape"),
        ("[bank]", "[bank, bank]", "14:20 double-model"),
        ("since: 2026-01-01", "since: janvier", "16:13 price-since"),
        ("since: 2026-01-01", "since: 2026-02-30", "16:13 price-since"),
        ("eur_per_kwh: 0.2", "eur_per_kwh: 0.2 EUR", "16:38 price"),
        ("eur_per_kwh: 0.2", "eur_per_kwh: -1", "16:38 price"),
        ("0.2}", "0.2, hours: [{id: base, from: 22:00, to: 06:00, eur_per_kwh: 0.1}]}", "16:56 tariff-id"),
        ("0.2}", "0.2, hours: [{id: hc, from: 24:00, to: 06:00, eur_per_kwh: 0.1}]}", "16:66 tariff-time"),
        ("0.2}", "0.2, hours: [{id: hc, from: 06:00, to: 06:00, eur_per_kwh: 0.1}]}", "16:77 tariff-time"),
        ("0.2}", "0.2}\n  - {since: 2025-01-01, eur_per_kwh: 0.2}", "17:13 price-order"),
    ],
)
def test_each_fault_is_told_with_its_place(wrong: str, right: str, told: str) -> None:
    assert wrong in GOOD
    with pytest.raises(ProblemsFound) as raised:
        load_models(GOOD.replace(wrong, right, 1), "m.yaml")
    assert told in [f"{p.span.line}:{p.span.column} {p.slug}" for p in raised.value.problems]


@pytest.mark.parametrize(
    ("wrong", "right", "hint"),
    [
        ("default: plain", "default: plan", "did you mean 'plain'?"),
        ("models:", "model:", "did you mean 'models'?"),
        ("title: Autre", "titel: Autre", "did you mean 'title'?"),
        ("eur_per_kwh: 0.2", "eur_par_kwh: 0.2", "did you mean 'eur_per_kwh'?"),
    ],
)
def test_what_was_meant_is_asked(wrong: str, right: str, hint: str) -> None:
    with pytest.raises(ProblemsFound) as raised:
        load_models(GOOD.replace(wrong, right, 1), "m.yaml")
    assert hint in [problem.hint for problem in raised.value.problems]


def test_each_luminaire_of_the_registry_draws_what_its_model_says() -> None:
    points = [
        Point(id=name, title=name, kind="luminaire", directorate="eclairage", latitude=43.0, longitude=1.0)
        for name in ("l1", "l2", "l3")
    ]
    groups = (Group(id="bank", title=Text(fr="Berges", en="Bank"), directorate="eclairage", points=("l1", "l2")),)
    models = load_models(GOOD.replace("luminaires: [l1]", "luminaires: [l3]"), "models.yaml")
    curves = curves_in(Inventory(points=tuple(points), groups=groups), models)
    assert {name: curve.watts(100) for name, curve in curves.items()} == {"l1": 10.0, "l2": 10.0, "l3": 10.0}
    assert curves_in(Inventory(points=tuple(points)), models)["l1"].watts(100) == 60.0
