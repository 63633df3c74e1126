"""Whoever starts a city reads which rules it goes by, and that a folder which says otherwise is not in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.console.rules_in_force import RulesInForce

NOW = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)
RULE = """\
- id: gemapi.crue
  title: "Crue"
  owner: gemapi
  review_by: 2027-06-30
  for_each: {kind: water-level}
  when: {above: [level, 2 m]}
  severity: red
  then: [{notify: {team: gemapi-astreinte, message: "{point}"}}]
  tests:
    - given: {step: 15 min, level: [1.5 m]}
      expect: nothing
"""


def test_what_somebody_applied_is_told_with_the_folder_that_says_otherwise(
    running: Callable[..., Any], rules_with: Callable[[str], Path]
) -> None:
    folder = rules_with(RULE)
    with running(NOW, folder) as at_work:
        assert RulesInForce.ask(at_work.rpc, folder) == RulesInForce(1, 1, "vigie", NOW, "first start")
        files = {"gemapi/rules.yaml": RULE.replace("Crue", "Crues")}
        wanted = {"files": files, "folder": "gemapi", "reason": "au pluriel"}
        done = at_work.rpc.rules_engine.apply(actor={"id": "operator:lucie"}, wanted=wanted)
        assert done["outcome"] == "applied"
        found = RulesInForce.ask(at_work.rpc, folder)
        assert found == RulesInForce(2, 1, "operator:lucie", NOW, "au pluriel", unlike=folder)
        assert found.lines()[0] == (
            "règles en vigueur / rules in force  révision 2 / revision 2, 1 règles / rules "
            "(operator:lucie, 10/01 13:00 : au pluriel)"
        )
        assert f"vigie rules apply {folder} -m MOTIF" in found.lines()[1]
        (folder / "gemapi" / "rules.yaml").write_text(files["gemapi/rules.yaml"])
        again = RulesInForce.ask(at_work.rpc, folder)
        assert again is not None
        assert again.unlike is None
