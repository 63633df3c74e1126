"""Which severity is the worse."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from services.notifier.domain.severity import most_critical, worsened, worst_of
from services.rules_engine.domain.rule import Severity
from shared.model.alerts import SEVERITIES, AlertChanged


def test_the_order_is_that_of_the_rules() -> None:
    assert tuple(severity.value for severity in Severity) == SEVERITIES


@pytest.mark.parametrize(
    ("was", "severity", "is_worse"),
    [
        *((low, high, True) for low, high in pairwise(SEVERITIES)),
        *((high, low, False) for low, high in pairwise(SEVERITIES)),
        pytest.param("info", "critical", True, id="over-several-levels"),
        pytest.param("critical", "info", False, id="back-over-several-levels"),
        pytest.param("purple", "info", True, id="from-an-unknown-word"),
        pytest.param("critical", "purple", True, id="to-an-unknown-word"),
    ],
)
def test_a_change_is_for_the_worse_or_not(
    alert_of: Callable[..., AlertChanged], was: str, severity: str, is_worse: bool
) -> None:
    assert worsened(alert_of(was=was, severity=severity)) is is_worse


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("yellow", "red", "orange"), "red"),
        (("purple", "info"), "info"),
        (("purple", "mauve"), "purple"),
    ],
)
def test_the_worst_of_some(words: tuple[str, ...], expected: str) -> None:
    assert worst_of(*words) == expected


def test_the_highest_criticality_of_some_and_an_unknown_word_is_the_least() -> None:
    assert most_critical("comfort", "vital", "normal") == "vital"
    assert most_critical("normal", "comfort") == "normal"
    assert most_critical("grave", "comfort") == "comfort"
