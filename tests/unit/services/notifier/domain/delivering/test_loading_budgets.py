"""The file of budgets is read whole, or every fault in it is named with its place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notifier.domain.delivering.budgets import LIMITS, Budgets, Price, Rate
from services.notifier.domain.delivering.loading_budgets import load_budgets
from shared.errors import ProblemsFound
from shared.runtime.settings import shipped_rules

DIRECTORATES = {"gemapi", "dechets"}
GOOD = """\
prices:
  - {medium: sms, channel: sms_twilio, to: "+33", segment: 0.0725}
  - {medium: voice, minute: 0.2}
budgets:
  - {directorate: gemapi, month: 150.50}
limits:
  sms: [{most: 2, within: 10 min}]
  email: []
digest: {every: 20 min}
"""


def test_a_good_file() -> None:
    assert load_budgets(GOOD, "budgets.yaml", DIRECTORATES) == Budgets(
        prices=(
            Price(medium="sms", channel="sms_twilio", to="+33", amount=72_500),
            Price(medium="voice", channel=None, to="", amount=200_000),
        ),
        monthly={"gemapi": 150_500_000},
        limits={"sms": (Rate(2, timedelta(minutes=10)),), "voice": LIMITS["voice"], "email": ()},
        digest_every=timedelta(minutes=20),
    )


def test_who_says_nothing_of_limits_has_the_usual_ones() -> None:
    assert load_budgets("{}", "budgets.yaml", DIRECTORATES) == Budgets(limits=LIMITS)


def test_the_shipped_file_has_the_usual_limits() -> None:
    file = shipped_rules() / "notifier" / "budgets.yaml"
    found = load_budgets(
        file.read_text(encoding="utf-8"), str(file), {"gemapi", "dechets", "bruit", "mobilite", "eclairage"}
    )
    assert (found.limits, found.digest_every) == (LIMITS, Budgets().digest_every)
    assert found.price("sms", "sms_twilio", "+33639980101") == 72_500
    assert found.price("sms", "outbox", "+33639980101") == 0


@pytest.mark.parametrize(
    ("text", "place", "words", "hint"),
    [
        pytest.param("[]", (1, 1), "sections are wanted here", None, id="no-sections"),
        pytest.param("limit: {}", (1, 1), "no property 'limit' here", "did you mean 'limits'?", id="section"),
        pytest.param(
            "prices: [{medium: sms, minute: 1}]", (1, 10), "'sms' has one price: segment, in euros", "segment: 0.0725",
            id="unit",
        ),
        pytest.param(
            'prices: [{medium: sms, segment: 1, to: "0033"}]', (1, 40), "'0033' begins no number", "'+'", id="prefix"
        ),
        pytest.param("prices: [{medium: smss, segment: 1}]", (1, 19), "'smss' is no medium", "'sms'", id="medium"),
        pytest.param("prices: [{medium: sms, segment: -1}]", (1, 33), "-1 euros make no sense", "0 or", id="money"),
        pytest.param(
            "budgets: [{directorate: gemappi, month: 1}]", (1, 25), "no team answers for 'gemappi'", "'gemapi'",
            id="owner",
        ),
        pytest.param(
            "budgets: [{directorate: gemapi, month: 1}, {directorate: gemapi, month: 2}]", (1, 58), "a second budget",
            None, id="twice",
        ),
        pytest.param("limits: {sms: [{most: 0, within: 1 h}]}", (1, 23), "nobody could be told", "[]", id="none"),
        pytest.param("limits: {sms: [{most: 1, within: 2 d}]}", (1, 34), "longer than a day", None, id="too-long"),
        pytest.param("limits: {fax: []}", (1, 15), "'fax' is no medium", "one of sms", id="limit-of-what"),
        pytest.param("digest: {every: soon}", (1, 17), "'soon' is not a duration", None, id="duration"),
        pytest.param("budgets: 3", (1, 10), "a list is wanted under budgets", None, id="list"),
    ],
)  # fmt: skip
def test_faults_are_named_with_their_place(text: str, place: tuple[int, int], words: str, hint: str | None) -> None:
    with pytest.raises(ProblemsFound) as found:
        load_budgets(text, "budgets.yaml", DIRECTORATES)
    problem = found.value.problems[0]
    assert words in problem.message
    assert (problem.span.line, problem.span.column) == place
    assert hint is None or hint in str(problem.hint)
