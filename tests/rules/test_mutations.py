"""However a good rule is spoilt, its author gets rules or problems that have a place in the file; never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.console.problem_printing import as_annotations, as_json, as_text
from services.rules_engine.domain import checks
from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import without_duplicates
from services.rules_engine.domain.playing import Seen, play
from services.rules_engine.domain.sample import Sample
from shared.problems import Problem
from shared.yaml_faults import source_lines
from tests.rules.spoiling import MUTATIONS, Spoilt

AT_ONCE = 25
START = datetime(2026, 3, 27, 20, tzinfo=UTC)


def assert_well_formed(problem: Problem, lines: tuple[str, ...]) -> None:
    assert problem.slug in checks.SLUGS
    assert problem.severity in ("error", "warning")
    assert problem.message.strip()
    assert problem.file == "f.yaml"
    assert 1 <= problem.span.line <= len(lines)
    line, begin = lines[problem.span.line - 1], problem.span.column - 1
    assert 0 <= begin <= len(line)
    assert begin + problem.span.length <= len(line)
    assert problem.text in ("", line[begin : begin + problem.span.length])


@pytest.mark.parametrize("first", range(0, MUTATIONS, AT_ONCE))
def test_a_spoilt_rule_gives_problems_that_can_be_pointed_at(first: int, spoilt: Callable[[int], Spoilt]) -> None:
    for seed in range(first, first + AT_ONCE):
        text, problems = spoilt(seed).text, spoilt(seed).problems
        lines = source_lines(text)
        for problem in problems:
            assert_well_formed(problem, lines)
        assert len(set(problems)) == len(problems)
        as_text(problems, {"f.yaml": text})
        assert len(json.loads(as_json(problems))) == len(problems)
        assert as_annotations(problems).count("\n") == len(problems)


@pytest.mark.parametrize("first", range(0, MUTATIONS, AT_ONCE))
def test_a_spoilt_rule_that_is_taken_can_be_decided(first: int, spoilt: Callable[[int], Spoilt], known: Known) -> None:
    for seed in range(first, first + AT_ONCE):
        rules = without_duplicates(spoilt(seed).rules)
        book = book_of(rules, known.city)
        assert set(book.rules) == {rule.id for rule in rules}
        play(book, observations(known), START + timedelta(hours=3))


def observations(known: Known) -> list[Seen]:
    """A value of every property at every point, now and a while later."""
    return [
        Seen(point.id, name, Sample((low.minimum + low.maximum) / 2 + minutes / 60, START + timedelta(minutes=minutes)))
        for point in known.city.points
        for name, low in known.kinds[point.kind].properties.items()
        for minutes in (0, 15, 150)
    ]


def test_mutations_reach_both_sides(spoilt: Callable[[int], Spoilt]) -> None:
    """Were they all refused as YAML, or all taken, they would prove little."""
    found = [spoilt(seed) for seed in range(MUTATIONS)]
    slugs = {problem.slug for each in found for problem in each.problems}
    assert len(slugs) >= 20
    assert sum(bool(each.rules) for each in found) > MUTATIONS / 10
    assert sum(any(problem.slug == "yaml" for problem in each.problems) for each in found) < MUTATIONS / 2
