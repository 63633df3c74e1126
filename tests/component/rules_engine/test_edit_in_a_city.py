"""Rules are edited in a whole city while an alert fires: people have one incident, told as it is written now."""

from __future__ import annotations

import json
from datetime import timedelta
from http.client import HTTPConnection

from tests.component.rules_engine.conftest import NOW, River

LEVEL = """    - severity: {severity}
      when: {{above: [level, {limit}]}}
      then: [{{notify: {{team: gemapi-astreinte, message: "{words} {{level}}"}}}}]
"""


def ladder(*levels: tuple[str, str, str]) -> str:
    head = '- id: gemapi.crue\n  title: "Crue"\n  owner: gemapi\n  for_each: {kind: water-level}\n  levels:\n'
    return head + "".join(
        LEVEL.format(severity=severity, limit=limit, words=words) for severity, limit, words in levels
    )


YELLOW, ORANGE = ("yellow", "1 m", "Attention"), ("orange", "2 m", "Alerte")


def apply(river: River, rules: str, minutes: int) -> None:
    assert river.city.timeline is not None
    river.city.timeline.advance(NOW + timedelta(minutes=minutes))
    wanted = {"files": {"gemapi/rules.yaml": rules}, "folder": "gemapi", "reason": "essai"}
    done = river.rpc.rules_engine.apply(actor={"id": "operator:lucie"}, wanted=wanted)
    assert done["outcome"] == "applied", done
    river.settle()


def observe(river: River, key: str, minutes: int, metres: float) -> None:
    assert river.city.timeline is not None
    moment = NOW + timedelta(minutes=minutes)
    river.city.timeline.advance(moment)
    content = json.dumps({"device": "O200001001", "time": moment.isoformat(), "values": {"hauteur": metres * 1000}})
    link = HTTPConnection(*river.city.address, timeout=30)
    link.request("POST", "/v1/observations", content, {"Authorization": f"Bearer {key}"})
    assert link.getresponse().status == 200
    link.close()
    river.settle()


def test_an_edit_of_a_ladder_leaves_one_incident_that_eases_and_ends(river: River) -> None:
    river.settle()
    apply(river, ladder(YELLOW, ORANGE), 1)
    key = river.rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
    river.settle()
    observe(river, key, 15, 2.5)
    (incident,) = river.rpc.notifier.incidents()
    assert (incident["severity"], incident["status"]) == ("orange", "open")
    apply(river, ladder(("yellow", "1 m", "Encore")), 16)
    (incident,) = river.rpc.notifier.incidents()
    assert (incident["severity"], incident["status"]) == ("yellow", "open")
    apply(river, ladder(("yellow", "1 m", "Encore"), ("red", "3 m", "Grave")), 17)
    observe(river, key, 30, 3.5)
    (incident,) = river.rpc.notifier.incidents()
    assert incident["severity"] == "red"
    observe(river, key, 45, 0.5)
    (incident,) = river.rpc.notifier.incidents()
    assert incident["status"] == "resolved"
    kinds = [each["kind"].partition("@")[0] for each in river.rpc.rules_engine.transitions(limit=20)]
    assert kinds == ["fired", "eased", "worsened", "resolved"]


def test_a_rule_that_goes_ends_its_alert_and_says_why(river: River) -> None:
    river.settle()
    apply(river, ladder(YELLOW) + ladder(("red", "14 m", "Autre")).replace("gemapi.crue", "gemapi.autre"), 1)
    key = river.rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
    river.settle()
    observe(river, key, 15, 2.5)
    apply(river, ladder(("red", "14 m", "Autre")).replace("gemapi.crue", "gemapi.autre"), 16)
    told = river.rpc.rules_engine.transitions(limit=20)
    assert [(each["kind"], each["resolution"]) for each in told] == [("fired", None), ("resolved", "rule-removed")]
    (incident,) = river.rpc.notifier.incidents()
    assert incident["status"] == "resolved"
