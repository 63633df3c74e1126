"""``muting.yaml``: what is shipped, what stands in it, and its problems with their places."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notifier.domain.muting.loading_muting import load_muting
from services.notifier.domain.muting.muting_plan import DEFAULT, Flap, Storm
from shared.errors import ProblemsFound
from shared.runtime.settings import shipped_rules


def test_the_shipped_file_reads_and_groups_nothing() -> None:
    file = shipped_rules() / "notifier" / "muting.yaml"
    plan = load_muting(file.read_text(encoding="utf-8"), str(file))
    assert (plan.groupings, plan.storm, plan.flap) == ((), Storm(), Flap())
    assert "rouge-du-meme-lieu" in [rule.id for rule in plan.inhibitions]


def test_an_empty_file_is_as_none() -> None:
    assert load_muting("# rien\n", "muting.yaml") == DEFAULT


def test_storms_and_flapping_are_switched_off_or_set() -> None:
    assert load_muting("storm: off\nflapping: off", "m").storm is None
    plan = load_muting("storm: {alerts: 3}\nflapping: {episodes: 2, within: 30 min, including_vital: true}", "m")
    assert plan.storm == Storm(alerts=3)
    assert plan.flap == Flap(episodes=2, within=timedelta(minutes=30), including_vital=True)


def test_groups_have_waits() -> None:
    (group,) = load_muting("groups:\n  - {id: bornes, match: [rule=dechets.*], by: [rule, area]}", "m").groupings
    assert (group.wait, group.interval) == (timedelta(seconds=30), timedelta(minutes=15))


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("- x", (1, 1), "sections are wanted"),
        ("inhibition: []", (1, 1), "did you mean 'inhibitions'"),
        ("inhibitions: {}", (1, 14), "a list is wanted"),
        ("storm: {alerts: 0}", (1, 17), "0 is less than 1"),
        ("storm: {alerts: x}", (1, 17), "int"),
        ("flapping: {within: 1 hour}", (1, 20), "not a duration"),
        ("groups:\n  - {id: A, by: [rule]}", (2, 10), "can't be an id"),
        ("groups:\n  - {id: a, by: [rul]}", (2, 18), "did you mean 'rule'"),
        ("groups:\n  - {id: a, by: []}", (2, 17), "nothing that alerts must have in common"),
        ("groups:\n  - {id: a, by: [rule]}\n  - {id: a, by: [rule]}", (3, 10), "a second 'a'"),
        ("inhibitions:\n  - {id: a, source: [x=y], target: [rule=b], equal: [point]}", (2, 22), "no property 'x'"),
        ("inhibitions:\n  - {id: a, source: [], target: [rule=b], equal: [point]}", (2, 21), "hushes everything"),
    ],
)
def test_a_problem_is_told_with_its_place(text: str, place: tuple[int, int], words: str) -> None:
    with pytest.raises(ProblemsFound) as raised:
        load_muting(text, "muting.yaml")
    problem = raised.value.problems[0]
    assert (problem.span.line, problem.span.column) == place
    assert words in f"{problem.message} {problem.hint}"
