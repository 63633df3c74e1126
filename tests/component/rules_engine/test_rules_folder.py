"""A city in one process follows its rules folder: a clean change comes into force by itself, a slip changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import eventlet
import pytest

from shared.runtime.clock import SystemClock
from tests.component.rules_engine.conftest import Judging, River, rule

_PATIENCE_S = 60.0


@pytest.fixture
def live(open_river: Callable[..., Any]) -> Iterator[River]:
    """On the machine's clock, as ``vigie up`` without a scenario."""
    with open_river(clock=SystemClock()) as found:
        until(lambda: found.limits() == {"gemapi.crue": 2.0}, "the first rules run")
        yield found


def until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, f"it never came about: {what}"
        eventlet.sleep(0.1)


def problems(river: River, where: str) -> float:
    link = HTTPConnection(*river.city.address, timeout=30)
    link.request("GET", "/metrics")
    lines = link.getresponse().read().decode().splitlines()
    link.close()
    name = f'vigie_rules_engine_rule_problems{{where="{where}"}} '
    return next(float(line.removeprefix(name)) for line in lines if line.startswith(name))


def acts(river: River) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in river.audit()]


def test_a_change_of_the_files_comes_into_force_by_itself(live: River) -> None:
    live.write(rule(limit="1.6 m"))
    until(lambda: live.limits() == {"gemapi.crue": 1.6}, "the changed rule runs")
    assert acts(live)[-1] == ("rules folder", "apply_rules")


def test_a_slip_is_refused_shown_and_mended_while_the_old_rules_run_on(live: River) -> None:
    live.write(rule(limit="1 m"))
    until(lambda: acts(live)[-1] == ("rules folder", "refuse_rules"), "the failing test is found")
    assert live.limits() == {"gemapi.crue": 2.0}
    until(lambda: problems(live, "folder") == 1, "the metric shows it")
    assert live.rpc.rules_engine.revisions()["refused"]["actor"] == "rules folder"
    live.write(rule(limit="1.6 m"))
    until(lambda: live.limits() == {"gemapi.crue": 1.6}, "the mended rule runs")
    until(lambda: problems(live, "folder") == 0, "the metric is clear again")
    assert live.rpc.rules_engine.revisions()["refused"] is None


def test_a_slip_that_is_taken_back_is_forgotten_and_the_log_says_so(
    live: River, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    live.write(rule(limit="1 m"))
    until(lambda: acts(live)[-1] == ("rules folder", "refuse_rules"), "the failing test is found")
    live.write(rule())
    until(lambda: acts(live)[-1] == ("rules folder", "leave_rules"), "the slip is seen to be gone")
    until(lambda: problems(live, "folder") == 0, "the metric is clear again")
    told = live.rpc.rules_engine.revisions()
    assert (told["refused"], [each["id"] for each in told["revisions"]]) == (None, [1])
    assert "the rules folder is in order again, and says what is in force: revision 1 stays" in caplog.messages


def test_a_slip_is_forgotten_too_that_was_mended_while_the_city_stood_still(open_river: Callable[..., Any]) -> None:
    with open_river() as river:
        river.settle()
        river.write(rule(limit="1 m"))
    with open_river() as river:
        assert river.rpc.rules_engine.revisions()["refused"]["actor"] == "rules folder"
        river.write(rule())
    with open_river() as river:
        assert river.rpc.rules_engine.revisions()["refused"] is None


def test_a_folder_that_was_changed_while_the_city_stood_still_is_taken_up_at_its_start(
    open_river: Callable[..., Any],
) -> None:
    with open_river() as river:
        river.settle()
        river.write(rule(limit="1.6 m"))
    with open_river() as river:
        assert river.limits() == {"gemapi.crue": 1.6}
        assert acts(river) == [("vigie", "apply_rules"), ("rules folder", "apply_rules")]
        river.write(rule(limit="1 m"))
    with open_river() as river:
        assert river.limits() == {"gemapi.crue": 1.6}
        assert acts(river)[-1] == ("rules folder", "refuse_rules")


def test_what_was_rolled_back_does_not_come_back_with_the_next_start(open_river: Callable[..., Any]) -> None:
    with open_river() as river:
        river.settle()
        river.write(rule(limit="1.6 m"))
    with open_river() as river:
        river.rpc.rules_engine.roll_back(actor={"id": "operator"}, revision=1, reason="trop d'alertes")
        river.settle()
        assert river.limits() == {"gemapi.crue": 2.0}
    with open_river() as river:
        assert river.limits() == {"gemapi.crue": 2.0}
        river.write(rule(limit="1.7 m"))
    with open_river() as river:
        assert river.limits() == {"gemapi.crue": 1.7}


def test_shipped_rules_that_changed_do_not_take_the_place_of_what_was_applied_by_command(
    open_river: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.rules_engine.providers.shipped_rules", lambda: tmp_path / "rules")
    wanted = {"files": {"gemapi/rules.yaml": rule(limit="1.6 m")}, "reason": "les nôtres", "folder": "gemapi"}
    with open_river() as river:
        river.settle()
        river.rpc.rules_engine.apply(actor={"id": "operator:lucie"}, wanted=wanted)
        river.settle()
        river.write(rule(limit="1.8 m"))
    with open_river() as river:
        assert river.limits() == {"gemapi.crue": 1.6}
        assert acts(river)[-1] == ("operator:lucie", "apply_rules")
    with open_river() as river:
        assert river.limits() == {"gemapi.crue": 1.6}
        river.rpc.rules_engine.roll_back(actor={"id": "operator"}, revision=1, reason="retour")
        river.settle()
        river.write(rule())
    with open_river() as river:  # what the folder says is in force, whoever put it there
        assert river.limits() == {"gemapi.crue": 2.0}


def test_a_replay_takes_the_folder_as_it_is_at_its_start(river: River) -> None:
    river.write(rule(limit="1.6 m"))
    river.settle()
    assert river.limits() == {"gemapi.crue": 2.0}
    assert acts(river) == [("vigie", "apply_rules")]


def test_rules_that_wait_for_their_points_come_into_force_with_them(open_river: Callable[..., Any]) -> None:
    with open_river() as river:
        river.settle()
        river.write(rule().replace("kind: water-level", "kind: water-level, points: [neuf]"))
    with open_river() as river:
        assert river.limits() == {"gemapi.crue": 2.0}
        assert acts(river)[-1] == ("rules folder", "refuse_rules")
        table = "id,title,kind,directorate,longitude,latitude\nneuf,Neuf,water-level,gemapi,1.4,43.6\n"
        river.rpc.device_registry.import_files(actor={"id": "o"}, files=[{"name": "points.csv", "text": table}])
        river.settle()
        assert acts(river)[-1] == ("rules folder", "apply_rules")


def test_an_emptied_folder_leaves_no_city_unwatched(open_river: Callable[..., Any]) -> None:
    with open_river() as river:
        river.settle()
        (river.folder / "gemapi" / "rules.yaml").unlink()
    with open_river() as river:
        assert river.limits() == {"gemapi.crue": 2.0}
        assert problems(river, "folder") == 1


def test_a_folder_whose_turn_it_is_not_is_judged_as_soon_as_it_is(live: River, judging: Judging) -> None:
    other = {
        "files": {"gemapi/rules.yaml": rule(limit="1.8 m")},
        "reason": "essai",
        "folder": "gemapi",
        "dry_run": True,
    }
    first = eventlet.spawn(live.ask, "POST", "apply", other)
    until(lambda: judging.asked == 1, "somebody's rules are judged")
    live.write(rule(limit="1.6 m"))
    until(lambda: judging.sent_away > 0, "the folder's turn is not yet")
    assert live.limits() == {"gemapi.crue": 2.0}
    judging.end()
    assert first.wait()[0] == 200
    until(lambda: live.limits() == {"gemapi.crue": 1.6}, "the changed rule runs")
