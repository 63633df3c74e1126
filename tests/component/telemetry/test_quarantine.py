"""A correction of what the river showed: an operator releases it, and from then on all parts of the city go by it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.console.application import application
from services.console.city import City
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Secret, Settings
from tests.component.reading import rows

START = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)
POINT = "garonne-toulouse"
KEY = "open-sesame"
RULES = """
- id: gemapi.garonne.haute
  title: "Garonne haute"
  owner: gemapi
  for_each: {kind: water-level}
  when: {at_least: [{avg_over: [level, 1 h]}, 2 m]}
  severity: orange
  then: [{notify: {team: gemapi, message: "{point}"}}]
"""


@dataclass(frozen=True)
class Office:
    """A running city, its gauge, and whoever has the operator's key."""

    city: City
    rpc: Any
    key: str
    folder: Path

    def observe(self, minute: int, millimetres: int) -> dict[str, Any]:
        """The gauge shows a level so many minutes after the start, and the clock is there too."""
        moment = START + timedelta(minutes=minute)
        if moment > self.city.clock.now():
            self.timeline.advance(moment)
        said = {"device": "O200004001", "time": moment.isoformat(), "values": {"hauteur": millimetres}}
        status, found = self._ask("POST", "/v1/observations", said, {"Authorization": f"Bearer {self.key}"})
        assert status == 200
        return dict(found)

    @property
    def timeline(self) -> Any:
        return self.city.timeline

    def ask(self, method: str, path: str, content: Any = None, key: str | None = KEY) -> tuple[int, Any]:
        headers = {"X-Vigie-Actor": "lucie", **({"Authorization": f"Bearer {key}"} if key else {})}
        return self._ask(method, f"/v1/quarantine{path}", content, headers)

    def _ask(self, method: str, path: str, content: Any, headers: dict[str, str]) -> tuple[int, Any]:
        link = HTTPConnection(*self.city.address, timeout=30)
        link.request(method, path, None if content is None else json.dumps(content).encode(), headers)
        answer = link.getresponse()
        found = json.loads(answer.read())
        link.close()
        self.timeline.settle()
        return answer.status, found

    def vigie(self, *arguments: str) -> tuple[int, str]:
        """``vigie history``: exit code and what it printed."""
        where = ["--url", "http://{}:{}".format(*self.city.address), "--key-file", str(self.folder / "key")]
        result = CliRunner().invoke(application, ["history", *arguments, *where])
        self.timeline.settle()
        return result.exit_code, result.output

    def quarantined(self) -> list[Any]:
        found: list[Any] = self.rpc.telemetry.quarantine()
        return found

    def samples(self) -> list[Any]:
        return rows(self.folder / "city", "rules_engine", "sample", "time, value, quality")

    def told(self) -> list[tuple[str, str]]:
        """What became of alerts, and when."""
        return rows(self.folder / "city", "rules_engine", "transition", "kind, at")

    def shown(self) -> dict[str, Any]:
        """All that telemetry shows of the gauge."""
        bounds = (START.isoformat(), (START + timedelta(days=1)).isoformat())
        ask = self.rpc.telemetry
        return {
            "latest": ask.latest([POINT]),
            "history": ask.history(POINT, "level", *bounds),
            "series": ask.series(POINT, "level", *bounds, "hour"),
            "days": ask.daily(POINT, "level", "2022-01-10", "2022-01-11"),
            "indicators": ask.indicators([POINT]),
        }


@pytest.fixture
def office(rules_with: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A function that opens an office, as a context manager; ``key`` is that of operators."""
    monkeypatch.delenv("VIGIE_OPERATOR_KEY", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    rules = rules_with(RULES)

    @contextmanager
    def opened(name: str = "one", key: str | None = KEY) -> Iterator[Office]:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "key").write_text(KEY)
        secret = None if key is None else Secret(key)
        settings = replace(
            Settings(), listen="127.0.0.1:0", rules_dir=rules, operator_key=secret, recorded_points="yes"
        )
        city = City(settings, folder / "city", VirtualClock(START))
        with city.running() as rpc:
            sender = rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
            found = Office(city, rpc, sender, folder)
            found.timeline.settle()
            yield found

    return opened


def test_before_it_is_released_nothing_goes_by_it_and_afterwards_all_does(office: Callable[..., Any]) -> None:
    levels = ((0, 500), (15, 600), (30, 700), (45, 800))
    wrong = {30: 5_000}
    # The gauge's own table says 0.70 m, and the 5 m that came first were a branch.
    day_after = START + timedelta(days=2)
    with office("right") as right:
        for minute, level in levels:
            right.observe(minute, level)
        right.timeline.advance(day_after)
        right.timeline.settle()
        expected, samples = right.shown(), right.samples()
    with office("wrong") as found:
        for minute, level in levels:
            found.observe(minute, wrong.get(minute, level))
        found.timeline.advance(day_after)
        found.timeline.settle()
        assert found.observe(30, 700)["quarantined"] == 1
        before = found.shown()
        assert all(before[name] != expected[name] for name in ("history", "series", "days"))
        (item,) = found.quarantined()
        assert (item["stored"], item["offered"], item["device"]) == (5.0, 0.7, "O200004001")
        found.rpc.telemetry.release(actor={"id": "operator:lucie"}, reason="table", ids=[item["id"]])
        found.timeline.settle()
        assert found.quarantined() == []
        assert found.shown() == expected
        assert found.samples() == samples


def test_the_rules_engine_raises_nothing_for_the_past_and_at_once_what_holds_now(office: Callable[..., Any]) -> None:
    with office() as at_work:
        for minute in (0, 15, 30, 45):
            at_work.observe(minute, 1_000)
        # 9 m stood there all the time: with them the mean of the hour was above 2 m.
        at_work.observe(30, 9_000)
        for minute in (60, 75, 90):
            at_work.observe(minute, 1_000)
        assert at_work.told() == []
        (item,) = at_work.quarantined()
        assert at_work.ask("POST", "/release", {"ids": [item["id"]], "reason": "staff gauge"})[0] == 200
        corrected = [value for time, value, _ in at_work.samples() if time.startswith("2022-01-10 12:30")]
        assert corrected == [9.0]
        assert at_work.told() == []
        # Another one is released that is still in the hour: what it leaves holds now, and is told at once.
        at_work.observe(90, 8_000)
        (item,) = at_work.quarantined()
        at_work.ask("POST", "/release", {"ids": [item["id"]], "reason": "staff gauge"})
        ((kind, at),) = at_work.told()
        assert (kind, at[:16]) == ("fired", "2022-01-10 13:30")


def test_who_shows_no_operators_key_is_let_in_nowhere(office: Callable[..., Any]) -> None:
    order = {"ids": [1], "reason": "x"}
    asked = (("GET", "", None), ("POST", "/release", order), ("POST", "/discard", order))
    with office() as at_work:
        at_work.observe(0, 1_000)
        at_work.observe(0, 2_000)
        for method, path, content in asked:
            assert at_work.ask(method, path, content, key=None)[0] == 401
            assert at_work.ask(method, path, content, key="wrong")[0] == 401
            # The key of a sender is none of an operator.
            assert at_work.ask(method, path, content, key=at_work.key)[0] == 401
        assert len(at_work.quarantined()) == 1
    with office("shut", key=None) as shut:
        for method, path, content in asked:
            assert shut.ask(method, path, content)[0] == 403


BAD_ORDERS: tuple[tuple[Any, int, str], ...] = (
    ({"ids": [99], "reason": "x"}, 404, "'99'"),
    ({"ids": [1]}, 400, "reason"),
    ({"ids": [1.5], "reason": "x"}, 400, "ids[0]"),
    ({"reason": "x"}, 400, "name ids"),
    ({"reason": "x", "point": "p"}, 400, "name ids"),
    ({"reason": "x", "point": "p", "property": "level", "time": "2022-01-10T12:00:00"}, 400, "offset"),
    ({"ids": [1], "reason": "x", "because": "y"}, 400, "because"),
    ([1], 400, "object"),
)


def test_orders_that_can_not_be_followed_are_answered(office: Callable[..., Any]) -> None:
    with office() as at_work:
        for content, status, says in BAD_ORDERS:
            found = at_work.ask("POST", "/release", content)
            assert (found[0], says in found[1]["detail"]) == (status, True), (content, found)
        for limit in ("0", "10001", "many", "-1"):
            assert at_work.ask("GET", f"?limit={limit}")[0] == 400


def test_the_command_lists_releases_and_discards(office: Callable[..., Any]) -> None:
    with office() as at_work:
        assert at_work.vigie("quarantine") == (0, "Rien en quarantaine. / Nothing is in quarantine.\n")
        for minute in (0, 15):
            at_work.observe(minute, 1_000)
            at_work.observe(minute, 2_000)
        first, second = sorted(item["id"] for item in at_work.quarantined())
        code, printed = at_work.vigie("quarantine", "--point", POINT)
        assert (code, printed.count(POINT)) == (0, 2)
        assert at_work.vigie("quarantine", "--point", "moon")[1].startswith("Rien")
        code, printed = at_work.vigie("release", str(first), "--reason", "staff gauge", "--as", "lucie")
        assert (code, "1 -> 2 m: remplacée / released" in printed) == (0, True)
        assert "déjà fait / done already" in at_work.vigie("release", str(first), "--reason", "again")[1]
        at_work.observe(0, 3_000)
        third = max(item["id"] for item in at_work.quarantined())
        at_work.vigie("release", str(third), "--reason", "staff gauge")
        assert "another value has replaced it since" in at_work.vigie("release", str(first), "--reason", "again")[1]
        assert "refusée / discarded" in at_work.vigie("discard", str(second), "--reason", "a stick")[1]
        assert at_work.vigie("release", "99", "--reason", "x")[0] == 1
        audit = rows(at_work.folder / "city", "telemetry", "audit", "actor, act, subject, detail")
        assert [row[:3] for row in audit] == [
            ("operator:lucie", "released", f"{POINT} level"),
            (audit[1][0], "discarded", f"{POINT} level"),
            (audit[1][0], "released", f"{POINT} level"),
        ]
        assert audit[0][3] == "2022-01-10T12:00:00+00:00: 1 m -> 2 m: staff gauge"
        assert [item["value"] for item in at_work.shown()["history"]] == [3.0, 1.0]
