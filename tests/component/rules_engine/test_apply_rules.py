"""Rules come into force all or nothing, and whatever was tried stands in the service's own audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from services.rules_engine.domain.applying import Applied, NoReason, RevisionChanged, Wanted
from services.rules_engine.domain.judging import Question, Verdict, judge
from services.rules_engine.domain.rule_files import NoRuleFiles
from services.rules_engine.storage.rule_revisions import RuleRevisions
from services.rules_engine.use_cases.apply_rules import apply_rules, roll_back
from services.rules_engine.use_cases.live_book import LiveBook
from shared.actor import Actor
from shared.errors import Forbidden, NotFound, NotReady
from shared.model.registry import Inventory, RegistryChanged
from shared.runtime.database import Database, Received
from shared.runtime.registry_copy import keep_registry
from tests.component.rules_engine.river import CITY

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
LUCIE = Actor("operator:lucie")
TEAMS = (
    'people:\n  - {id: ana, name: Ana, role: r, phone: "+33 6 39 98 01 01"}\nteams:\n  - {id: gemapi, title: Crues}\n'
)
RULE = """- id: {id}
  title: "{title}"
  owner: gemapi
  review_by: 2027-06-30
  for_each: {{kind: water-level}}
  when: {{above: [level, {limit}]}}
  severity: red
  then: [{{notify: {{team: gemapi, message: "{{point}}"}}}}]
  tests:
    - given: {{step: 15 min, level: [1.5 m]}}
      expect: {expect}
"""


def rule(
    identifier: str = "crue", *, limit: str = "2 m", expect: str = "nothing", title: str = "Crue", **_: Any
) -> str:
    return RULE.format(id=identifier, limit=limit, expect=expect, title=title)


def files(**rules: str) -> dict[str, str]:
    return {"teams.yaml": TEAMS, **{f"{folder}/rules.yaml": content for folder, content in rules.items()}}


class Engine:
    """What one replica does about rules."""

    def __init__(self, database: Database, first: Mapping[str, str] | None = None) -> None:
        self.database = database
        self.live = LiveBook(lambda: first or {}, lambda: NOW, lambda _book: None)

    def apply(self, new: Mapping[str, str], reason: str = "essai", actor: Actor = LUCIE, **how: Any) -> Applied:
        return apply_rules(self.database, judge, actor, NOW, Wanted(files=dict(new), reason=reason, **how))

    def limits(self) -> dict[str, str]:
        """The rules in force, each with the text of its condition."""
        self.live.changed()
        _, book = self.live.current(self.database)
        return {name: str(rule.rule.levels[0].when.tree["above"][1]) for name, rule in sorted(book.rules.items())}

    def audit(self) -> list[tuple[str, str, str]]:
        with self.database.transaction() as transaction:
            rows = transaction.connection.execute(text("SELECT actor, act, subject FROM audit ORDER BY id"))
            return [tuple(row) for row in rows]

    def detail(self) -> str:
        """Of what was audited last."""
        with self.database.transaction() as transaction:
            return str(transaction.connection.scalar(text("SELECT detail FROM audit ORDER BY id DESC LIMIT 1")))


def tell(database: Database, inventory: Inventory = CITY, revision: int = 1) -> None:
    changed = RegistryChanged(revision=revision, at=NOW, inventory=inventory)
    keep_registry(database, [Received(f"registry-{revision}", changed)])


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    found = database_of("rules_engine")
    tell(found)
    return found


@pytest.fixture
def engine(database: Database) -> Engine:
    made = Engine(database, files(gemapi=rule()))
    assert made.limits() == {"crue": "2 m"}
    return made


def test_the_first_start_takes_up_the_folder_and_says_so(engine: Engine) -> None:
    assert engine.audit() == [("vigie", "apply_rules", "revision 1")]
    with engine.database.transaction() as transaction:
        (first,) = RuleRevisions(transaction).history(10)
    assert (first.id, first.actor, first.reason, first.git_revision) == (1, "vigie", "first start", None)


def test_at_the_first_start_a_broken_rule_keeps_no_other_from_running(database: Database) -> None:
    engine = Engine(database, files(gemapi=rule(), voirie="- id: [\n"))
    assert engine.limits() == {"crue": "2 m"}
    assert not engine.live.current(database)[1].is_complete


def test_clean_rules_come_into_force_and_who_when_and_why_is_kept(engine: Engine) -> None:
    done = engine.apply(files(gemapi=rule(limit="1.6 m")), "seuil abaissé", git_revision="abc1234+")
    assert (done.outcome, done.revision, done.rules, done.tests) == ("applied", 2, 1, 1)
    assert engine.limits() == {"crue": "1.6 m"}
    with engine.database.transaction() as transaction:
        kept = RuleRevisions(transaction).get(2)
    assert (kept.actor, kept.reason, kept.git_revision) == ("operator:lucie", "seuil abaissé", "abc1234+")
    assert kept.applied_at == NOW
    assert engine.audit()[-1] == ("operator:lucie", "apply_rules", "revision 2")


def test_a_failing_test_changes_nothing_and_is_audited(engine: Engine) -> None:
    done = engine.apply(files(gemapi=rule(limit="1 m")))
    assert (done.outcome, done.revision) == ("refused", 1)
    (failed,) = done.failed
    assert (failed.rule, failed.file, failed.span.line) == ("crue", "gemapi/rules.yaml", 10)
    assert failed.said[0].fr
    assert engine.limits() == {"crue": "2 m"}
    assert engine.audit()[-1] == ("operator:lucie", "refuse_rules", "revision 1")
    assert "gemapi/rules.yaml:10" in engine.detail()


def test_all_problems_are_answered_with_their_places_and_nothing_changes(engine: Engine) -> None:
    wrong = rule("a", limit="2 km") + rule("b").replace("team: gemapi", "team: gemapy")
    done = engine.apply(files(gemapi=wrong, voirie="- id: x\n\ttitle: y\n"))
    found = {(problem.slug, problem.file) for problem in done.problems if problem.severity == "error"}
    assert done.outcome == "refused"
    assert {("unknown-team", "gemapi/rules.yaml"), ("yaml", "voirie/rules.yaml")} <= found
    assert all(problem.span.line >= 1 for problem in done.problems)
    assert engine.limits() == {"crue": "2 m"}


def test_a_rule_that_is_too_costly_is_refused(engine: Engine) -> None:
    many = ", ".join("{above: [level, 2 m]}" for _ in range(3000))
    costly = rule().replace("when: {above: [level, 2 m]}", f"when: {{or: [{many}]}}")
    done = engine.apply(files(gemapi=costly))
    assert done.outcome == "refused"
    assert "too-costly" in {problem.slug for problem in done.problems}


def test_the_same_files_make_no_revision_and_it_is_said(engine: Engine) -> None:
    done = engine.apply(files(gemapi=rule()))
    assert (done.outcome, done.revision) == ("unchanged", 1)
    assert len(engine.audit()) == 1


def test_a_look_says_what_would_change_and_changes_nothing(engine: Engine) -> None:
    done = engine.apply(files(gemapi=rule(limit="1.6 m")), dry_run=True)
    assert (done.outcome, done.revision) == ("would-apply", 1)
    assert engine.apply(files(gemapi=rule(limit="1 m")), dry_run=True).outcome == "refused"
    assert engine.limits() == {"crue": "2 m"}
    assert len(engine.audit()) == 1


def test_one_directorates_folder_is_replaced_wholly_and_no_other(engine: Engine) -> None:
    engine.apply(files(gemapi=rule(), voirie=rule("route")))
    done = engine.apply({"voirie/autre.yaml": rule("pont")}, folder="voirie")
    assert done.outcome == "applied"
    assert list(engine.limits()) == ["crue", "pont"]


def test_a_folder_is_judged_beside_the_rules_of_the_others(engine: Engine) -> None:
    done = engine.apply({"voirie/rules.yaml": rule("crue") + rule("verglas")}, folder="voirie")
    assert (done.outcome, {problem.slug for problem in done.problems}) == ("refused", {"duplicate-id"})


def test_rolling_back_restores_the_older_rules_as_a_new_revision(engine: Engine) -> None:
    engine.apply(files(gemapi=rule(limit="1.6 m")))
    done = roll_back(engine.database, judge, LUCIE, NOW, revision=1, reason="trop d'alertes")
    assert (done.outcome, done.revision) == ("applied", 3)
    assert engine.limits() == {"crue": "2 m"}
    with engine.database.transaction() as transaction:
        kept = RuleRevisions(transaction).get(3)
    assert (kept.rolled_back_to, kept.reason) == (1, "trop d'alertes")
    assert engine.audit()[-1] == ("operator:lucie", "roll_back_rules", "revision 3")


def test_rules_that_no_longer_fit_the_city_are_not_rolled_back_to(engine: Engine) -> None:
    engine.apply(files(gemapi=rule(limit="1.6 m").replace("kind: water-level", "kind: water-level, area: vallee")))
    tell(engine.database, replace_areas(CITY), revision=2)
    engine.apply(files(gemapi=rule()))
    done = roll_back(engine.database, judge, LUCIE, NOW, revision=2, reason="retour")
    assert (done.outcome, done.revision) == ("refused", 3)
    assert engine.limits() == {"crue": "2 m"}


def replace_areas(inventory: Inventory) -> Inventory:
    points = tuple(msgspec.structs.replace(point, areas=()) for point in inventory.points)
    return msgspec.structs.replace(inventory, points=points, areas=())


def test_nobody_rolls_back_to_what_never_was(engine: Engine) -> None:
    with pytest.raises(NotFound, match="no revision '7'"):
        roll_back(engine.database, judge, LUCIE, NOW, revision=7, reason="retour")


def test_of_two_who_looked_at_one_revision_the_second_is_told(engine: Engine) -> None:
    engine.apply(files(gemapi=rule(limit="1.6 m")), expected_revision=1)
    with pytest.raises(RevisionChanged, match="at revision 2 and no longer at 1"):
        engine.apply(files(gemapi=rule(limit="1.7 m")), expected_revision=1)
    assert engine.limits() == {"crue": "1.6 m"}


def test_two_that_apply_at_once_both_come_into_force_one_after_the_other(engine: Engine) -> None:
    def while_another_applies(question: Question) -> Verdict:
        if "voirie/rules.yaml" not in question.files:
            raise AssertionError(question.files)
        if engine.limits() == {"crue": "2 m"}:
            engine.apply({"gemapi/rules.yaml": rule(limit="1.6 m")}, folder="gemapi")
        return judge(question)

    wanted = Wanted(files={"voirie/rules.yaml": rule("route")}, folder="voirie", reason="r")
    done = apply_rules(engine.database, while_another_applies, LUCIE, NOW, wanted)
    assert (done.outcome, done.revision) == ("applied", 3)
    assert engine.limits() == {"crue": "1.6 m", "route": "2 m"}


def test_other_replicas_see_the_new_revision_and_two_make_one_first(database: Database) -> None:
    replicas = [Engine(database, files(gemapi=rule())), Engine(database, files(gemapi=rule(limit="3 m")))]
    assert [replica.limits() for replica in replicas] == [{"crue": "2 m"}] * 2
    replicas[0].apply(files(gemapi=rule(limit="1.6 m")))
    assert [replica.limits() for replica in replicas] == [{"crue": "1.6 m"}] * 2


def test_a_history_keeps_no_number_of_anybody(engine: Engine) -> None:
    engine.apply(files(gemapi=rule(limit="1.6 m")))
    with engine.database.transaction() as transaction:
        assert [RuleRevisions(transaction).files(number)["teams.yaml"] for number in (1, 2)] == [
            'teams:\n  - {id: "gemapi", title: "Crues"}\n'
        ] * 2


@pytest.mark.parametrize(
    ("new", "how", "fault"),
    [
        ({"../secret.yaml": "x"}, {}, "no file of rules"),
        ({"/etc/rules.yaml": "x"}, {}, "no file of rules"),
        ({"gemapi/../../x.yaml": "x"}, {}, "no file of rules"),
        ({"kinds/x.yaml": "x"}, {}, "no file of rules"),
        ({"gemapi/x.txt": "x"}, {}, "no file of rules"),
        ({}, {}, "no file of rules among them"),
        ({"teams.yaml": TEAMS}, {}, "no file of rules among them"),
        ({"gemapi/x.yaml": "x"}, {"folder": "voirie"}, "not in the folder voirie"),
        ({"gemapi/x.yaml": "x"}, {"folder": ".."}, "no folder of rules"),
        ({"inventory/x.yaml": "x"}, {"folder": "inventory"}, "no folder of rules"),
    ],
)
def test_what_is_no_set_of_rules_is_refused(
    engine: Engine, new: dict[str, str], how: dict[str, Any], fault: str
) -> None:
    with pytest.raises(NoRuleFiles, match=fault):
        engine.apply(new, **how)


def test_whoever_changes_rules_says_why(engine: Engine) -> None:
    with pytest.raises(NoReason):
        engine.apply(files(gemapi=rule(limit="1.6 m")), "  ")


def test_a_directorate_changes_its_own_folder_only(engine: Engine) -> None:
    own = replace(LUCIE, directorate="voirie")
    assert engine.apply({"voirie/rules.yaml": rule("route")}, actor=own, folder="voirie").outcome == "applied"
    for how in ({}, {"folder": "gemapi"}):
        with pytest.raises(Forbidden):
            engine.apply({"gemapi/rules.yaml": rule(limit="1.6 m")}, actor=own, **how)
    with pytest.raises(Forbidden):
        roll_back(engine.database, judge, own, NOW, revision=1, reason="r")


def test_before_the_registry_has_spoken_nothing_can_be_judged(database_of: Callable[[str], Database]) -> None:
    with pytest.raises(NotReady):
        Engine(database_of("rules_engine")).apply(files(gemapi=rule()))


def test_who_only_makes_sure_to_have_the_newest_says_nothing_is_new(database: Database) -> None:
    live, heard = Engine(database).live, list[None]()
    live.on_change(lambda: heard.append(None))
    live.look_again()
    live.current(database)
    assert heard == []
    live.changed()
    assert len(heard) == 1
