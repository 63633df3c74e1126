"""Matchers: what they mean, what is refused, and that none takes long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain.muting.matching import LONGEST, MatcherError, matcher, new_matcher
from services.notifier.domain.muting.traits import Traits, traits_of
from shared.model.alerts import AlertChanged


@pytest.fixture
def traits(alert_of: Callable[..., AlertChanged]) -> Traits:
    return traits_of(
        alert_of(
            point="area:huveaune",
            points=("aubagne", "gemenos"),
            areas=("huveaune",),
            groups=("gw-1", "gw-2"),
            site="pont",
            labels={"gateway": "gw-1", "odd": "a[b]*c"},
        )
    )


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("rule=gemapi.garonne", True),
        ("rule=gemapi", False),
        ("rule=gemapi.*", True),
        ("rule=gemapi.garonn?", True),
        ("rule!=gemapi.*", False),
        ("directorate=gemapi", True),
        ("criticality = vital", True),
        ("severity=~orange|red", True),
        ("severity!~orange|red", False),
        ("severity=~rang", False),
        ("point=aubagne", True),
        ("point=area:huveaune", True),
        ("point!=gemenos", False),
        ("point=marseille", False),
        ("area=huveaune", True),
        ("site=pont", True),
        ("label.gateway=gw-*", True),
        ("group=gw-*", True),
        ("group!=gw-1", False),
        ("label.none=x", False),
        ("label.none!=x", True),
        ("label.odd=a[b]*c", True),
        ("label.odd=a[bx]?c", False),
        ("rule=~gemapi[.](garonne|arc)", True),
    ],
)
def test_a_matcher_means_what_it_says(traits: Traits, text: str, fits: bool) -> None:
    assert matcher(text).matches(traits) is fits
    assert matcher(str(matcher(text))) == matcher(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("rule", "PROPERTY=VALUE"),
        ("rul=x", "did you mean 'rule'"),
        ("label.=x", "no property"),
        ("rule=", "1 to 200 characters"),
        ("rule=" + "x" * 201, "1 to 200 characters"),
        ("rule=" + "*x" * 6, "at most 5"),
        ("rule=~(a+)+b", "can't be repeated"),
        ("rule=~(a|a)*", "can't be repeated"),
        ("rule=~(?i)a", "no (?...)"),
        (r"rule=~(a)\1", "no reference"),
        ("rule=~a{1,40}", "no {...}"),
        ("rule=~a*b*c*d", "of these 2"),
        ("rule=~a?b?c?d?", "at most 3"),
        ("rule=~(a", "no regular expression"),
        ("rule=~[[a]", "no regular expression"),
    ],
)
def test_what_is_no_matcher_or_could_take_long_is_refused_with_words(text: str, word: str) -> None:
    with pytest.raises(MatcherError) as raised:
        matcher(text)
    assert word in str(raised.value)


@pytest.mark.parametrize("text", ["severity=rouge", "severity!=reed", "severity=~rouge|jaune", "criticality=vitale"])
def test_a_severity_or_criticality_that_there_is_not_is_a_slip(text: str) -> None:
    with pytest.raises(MatcherError, match="no such"):
        new_matcher(text)
    assert str(matcher(text)) == text, "a stored one is read still"


@pytest.mark.parametrize("text", ["severity=red", "severity=*", "severity=~orange|yellow", "rule=rouge"])
def test_other_matchers_are_as_they_are(text: str) -> None:
    assert new_matcher(text) == matcher(text)


@given(st.text("ab.*+?|()[]\\d{}1^$", min_size=1, max_size=30))
def test_whatever_is_taken_for_a_regular_expression_is_fast(text: str) -> None:
    try:
        found = matcher(f"label.x=~{text}")
    except MatcherError:
        return
    base = {"alert": "a", "rule": "r", "directorate": "d", "criticality": "normal", "severity": "red", "points": ("p",)}
    began = time.perf_counter()
    for value in ("a" * LONGEST * 2, "ab" * LONGEST):
        found.matches(Traits(**base, labels={"x": value}))  # type: ignore[arg-type]
    assert time.perf_counter() - began < 1.0


def test_the_worst_that_is_taken_is_fast() -> None:
    base: dict[str, Any] = {"alert": "a", "rule": "r", "directorate": "d", "criticality": "normal"}
    long = Traits(**base, severity="red", points=("p",), labels={"x": "a" * LONGEST})
    began = time.perf_counter()
    assert not matcher("label.x=~.*.*a?b").matches(long)
    assert not matcher("label.x=*a*a*a*a*b").matches(long)
    assert time.perf_counter() - began < 0.5
