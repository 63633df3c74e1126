"""``on-call.yaml``: what it gives, and what is said of each fault."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.domain.on_call.reading import load_schedules
from services.notifier.domain.on_call.schedule import Feed, Layer
from services.notifier.sources.folder import read_people
from shared.errors import ProblemsFound
from shared.runtime.settings import shipped_rules

GOOD = """\
schedules:
  - id: duty
    title: Duty
    owner: gemapi
    zone: Europe/Paris
    layers:
      - name: week
        rotation: weekly
        weekday: mon
        at: 08:00
        starts: 2026-01-05
        people: [ada, bo]
        only: [{days: [fri], from: 18:00, to: 08:00}]
    overrides:
      - {person: bo, from: 2026-07-14 08:00, until: 2026-07-15 08:00, reason: swap}
    needed: [{from: 18:00, to: 24:00}]
"""


def faults(text: str) -> list[tuple[int, int, str, str | None]]:
    with pytest.raises(ProblemsFound) as caught:
        load_schedules(text, "on-call.yaml", {"ada", "bo"}, {"gemapi"})
    return [(p.span.line, p.span.column, p.slug, p.hint) for p in caught.value.problems]


def test_a_schedule_has_layers_overrides_and_hours_when_it_is_needed() -> None:
    found = load_schedules(GOOD, "on-call.yaml", {"ada", "bo"}, {"gemapi"})["duty"]
    layer = found.plans[0]
    assert isinstance(layer, Layer)
    assert (layer.rotation.people, layer.rotation.turn, len(layer.only)) == (("ada", "bo"), timedelta(days=7), 1)
    assert found.overrides[0].span.start == datetime(2026, 7, 14, 6, tzinfo=UTC)
    assert found.on_duty(datetime(2026, 1, 9, 20, tzinfo=UTC)) == ("ada",)
    assert found.on_duty(datetime(2026, 1, 9, 12, tzinfo=UTC)) == ()


@pytest.mark.parametrize(
    ("before", "after", "line", "slug"),
    [
        pytest.param("owner: gemapi", "owner: gemapy", 4, "unknown-team", id="owner"),
        pytest.param("[ada, bo]", "[ada, bob]", 12, "unknown-person", id="person"),
        pytest.param("Europe/Paris", "Europe/Pariss", 5, "zone", id="zone"),
        pytest.param("2026-01-05", "2026-01-06", 11, "weekday", id="weekday"),
        pytest.param("2026-01-05", "5 January", 11, "date", id="date"),
        pytest.param("at: 08:00", "at: 8 h", 10, "clock", id="clock"),
        pytest.param("rotation: weekly", "rotation: {hours: 0}", 8, "rotation", id="rotation"),
        pytest.param("rotation: weekly", "rotation: monthly", 8, "shape", id="rotation-word"),
        pytest.param("2026-07-15 08:00", "2026-07-13 08:00", 15, "order", id="order"),
        pytest.param("title: Duty", "tittle: Duty", 3, "unknown-property", id="property"),
        pytest.param("reason: swap", "because: swap", 15, "unknown-property", id="deep-property"),
        pytest.param("[{days: [fri], from", "[{day: [fri], from", 13, "unknown-property", id="deeper-property"),
        pytest.param("[ada, bo]", "[]", 12, "nobody", id="nobody"),
        pytest.param("    needed:", "    ical: ftp://x/y\n    needed:", 16, "address", id="address"),
    ],
)
def test_a_fault_is_told_with_its_place(before: str, after: str, line: int, slug: str) -> None:
    assert (line, slug) in [(found[0], found[2]) for found in faults(GOOD.replace(before, after))]


def test_all_faults_are_told_at_once_with_what_was_probably_meant() -> None:
    found = faults(GOOD.replace("[ada, bo]", "[adda, bo]").replace("2026-01-05", "2026-01-06"))
    assert [(line, slug) for line, _, slug, _ in found] == [(11, "weekday"), (12, "unknown-person")]
    assert [hint for *_, hint in found] == ["starts: 2026-01-05, or 2026-01-12", "did you mean 'ada'?"]


@pytest.mark.parametrize("text", ["", "schedules:\n", "- x\n", "schedules: {}\n", "schedules: [1]\n"])
def test_what_has_no_schedules_is_told(text: str) -> None:
    assert faults(text)


def test_a_calendar_takes_the_place_of_layers() -> None:
    text = "schedules:\n  - {id: duty, title: D, owner: gemapi, ical: duty.ics}\n"
    assert load_schedules(text, "f", set(), {"gemapi"})["duty"].feed == Feed("duty.ics")
    assert "duty.ics" not in repr(Feed("duty.ics"))


def test_the_shipped_schedules_hold_and_no_team_is_told_by_them() -> None:
    teams, roster = read_people(shipped_rules())
    assert {"gemapi-astreinte", "eclairage-astreinte", "dechets-astreinte"} <= roster.schedules.keys()
    assert [team for name in roster.schedules for team in teams.told_by(name)] == []
    start = datetime(2026, 1, 1, tzinfo=UTC)
    members = {"camille-roux", "idir-benali"}
    duty = {roster.on_duty("gemapi-astreinte", start + timedelta(hours=hour)) for hour in range(0, 2000, 5)}
    assert duty == {(member,) for member in members}
