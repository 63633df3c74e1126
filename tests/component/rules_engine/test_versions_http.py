"""The rules of a running city over HTTP: only for operators, all or nothing, and never a 500."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import eventlet
import pytest
from nameko.exceptions import RemoteError

from tests.component.rules_engine.conftest import Judging, River, rule, running

FILES = {"gemapi/rules.yaml": rule(limit="1.6 m")}


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> Iterator[River]:
    with running(tmp_path_factory.mktemp("river")) as found:
        yield found


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic open-sesame-of-the-rules"}],
    ids=["no key", "a wrong key", "another scheme"],
)
def test_nobody_comes_in_without_the_operators_key(river: River, headers: dict[str, str]) -> None:
    for method, path in (("POST", "apply"), ("POST", "rollback"), ("GET", "revisions"), ("GET", "difference/1/1")):
        assert river.ask(method, path, headers=headers)[0] == 401


def test_rules_are_looked_at_put_into_force_and_taken_back(river: River) -> None:
    wanted = {"files": FILES, "reason": "seuil", "folder": "gemapi"}
    status, look = river.ask("POST", "apply", {**wanted, "dry_run": True})
    assert (status, look["outcome"]) == (200, "would-apply")
    assert look["changes"][0]["said"][0]["fr"].endswith("2 m → 1,6 m")
    status, done = river.ask("POST", "apply", {**wanted, "expected_revision": look["revision"]})
    assert (status, done["outcome"], done["revision"]) == (200, "applied", 2)
    river.settle()
    assert river.limits() == {"gemapi.crue": 1.6}
    assert river.ask("POST", "apply", {**wanted, "expected_revision": 1})[0] == 409
    status, done = river.ask("POST", "rollback", {"revision": 1, "reason": "retour"})
    assert (status, done["outcome"], done["revision"]) == (200, "applied", 3)
    assert river.limits() == {"gemapi.crue": 2.0}
    assert [row[:3] for row in river.audit()] == [
        ("vigie", "apply_rules", "revision 1"),
        ("operator:lucie", "apply_rules", "revision 2"),
        ("operator:lucie", "roll_back_rules", "revision 3"),
    ]
    status, kept = river.ask("GET", "revisions?limit=2")
    assert [(item["id"], item["rolled_back_to"]) for item in kept["revisions"]] == [(3, 1), (2, None)]
    assert river.ask("GET", "revisions/2")[1]["gemapi/rules.yaml"] == FILES["gemapi/rules.yaml"]
    status, told = river.ask("GET", "difference/2/3")
    assert (status, told["in_words"]["fr"]) == (200, "1 règle modifiée")


def test_what_is_refused_answers_all_problems_and_stays_to_be_seen(river: River) -> None:
    before = river.rpc.rules_engine.revisions()["revisions"][0]["id"]
    wrong = {"gemapi/rules.yaml": rule(limit="2 km") + rule("gemapi.autre", limit="1 m")}
    status, answer = river.ask("POST", "apply", {"files": wrong, "reason": "essai", "folder": "gemapi"})
    assert (status, answer["outcome"], answer["revision"]) == (422, "refused", before)
    assert [(item["slug"], item["span"]["line"]) for item in answer["problems"] if item["severity"] == "error"]
    assert answer["failed"][0]["rule"] == "gemapi.autre"
    refused = river.rpc.rules_engine.revisions()["refused"]
    assert (refused["actor"], "gemapi/rules.yaml:" in refused["problems"]) == ("operator:lucie", True)


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "apply", b"", 400),
        ("POST", "apply", b"[]", 400),
        ("POST", "apply", {"files": FILES}, 400),
        ("POST", "apply", {"files": FILES, "reason": 3}, 400),
        ("POST", "apply", {"files": FILES, "reason": "\x00"}, 400),
        ("POST", "apply", {"files": FILES, "reason": "r", "git_revision": "main"}, 400),
        ("POST", "apply", {"files": FILES, "reason": " "}, 422),
        ("POST", "apply", {"files": {}, "reason": "r"}, 422),
        ("POST", "apply", {"files": {"../x.yaml": ""}, "reason": "r"}, 422),
        ("POST", "apply", {"files": {"gemapi/x.yaml": "\x00"}, "reason": "r"}, 422),
        ("POST", "apply", {"files": {"gemapi/x.yaml": "[" * 100_000}, "reason": "r"}, 422),
        ("POST", "apply", b" " * 2_000_000, 413),
        ("POST", "rollback", {"revision": 99, "reason": "r"}, 404),
        ("POST", "rollback", {"revision": -1, "reason": "r"}, 404),
        ("POST", "rollback", {"revision": 2**70, "reason": "r"}, 404),
        ("POST", "rollback", {"revision": 2**40, "reason": "r"}, 404),
        ("GET", "revisions?limit=0", None, 400),
        ("GET", "revisions?limit=x", None, 400),
        ("GET", f"revisions/{2**70}", None, 404),
        ("GET", "difference/1/99", None, 404),
        ("GET", "apply", None, 405),
        ("GET", "moons", None, 404),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(
    river: River, method: str, path: str, content: Any, status: int
) -> None:
    before = river.rpc.rules_engine.revisions()["revisions"]
    found, answer = river.ask(method, path, content)
    assert found == status, answer
    assert answer.get("detail") or answer["problems"]
    assert river.rpc.rules_engine.revisions()["revisions"] == before


def test_who_comes_while_rules_are_judged_is_told_so_at_once(river: River, judging: Judging) -> None:
    wanted = {
        "files": {"gemapi/rules.yaml": rule(limit="1.8 m")},
        "reason": "essai",
        "folder": "gemapi",
        "dry_run": True,
    }
    first = eventlet.spawn(river.ask, "POST", "apply", wanted)
    while not judging.asked:
        eventlet.sleep(0.01)
    with eventlet.Timeout(10):
        status, answer = river.ask("POST", "apply", wanted)
        assert (status, answer["detail"]) == (503, "another check of rules is running: try again in a moment")
        assert river.ask("GET", "difference/1/2")[0] == 503
        with pytest.raises(RemoteError, match="try again in a moment"):
            river.rpc.rules_engine.apply(actor={"id": "lucie"}, wanted=wanted)
    judging.end()
    assert first.wait()[0] == 200
    assert river.ask("POST", "apply", wanted)[0] == 200
