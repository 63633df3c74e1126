"""Who may be told now, and if not, why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.incidents.inhibition import Inhibition
from services.notifier.domain.ledger.ledger import Verdict
from services.notifier.domain.muting.matching import matcher
from services.notifier.domain.muting.muting import Mutes
from services.notifier.domain.muting.silence import Silence, SilenceStatus
from services.notifier.domain.muting.traits import Traits, traits_of
from shared.model.alerts import AlertChanged, Criticality, NotifyRequest

HOUR = timedelta(hours=1)
Of = Callable[..., Traits]


@pytest.fixture
def of(alert_of: Callable[..., AlertChanged]) -> Of:
    """The traits of an alert that is not vital, unless the test says so."""
    return lambda **said: traits_of(alert_of(**({"criticality": Criticality.NORMAL} | said)))


@pytest.fixture
def silence_of(start: datetime) -> Callable[..., Silence]:
    def make(**said: Any) -> Silence:
        valid: dict[str, Any] = {
            "id": "S-1",
            "matchers": ("rule=gemapi.*",),
            "owner": "helene",
            "reason": "travaux",
            "created_by": "operator",
            "created_at": start,
            "starts_at": start,
            "ends_at": start + HOUR,
        }
        return Silence(**(valid | said))

    return make


def rule(source: str, target: str, *equal: str, wait: timedelta = timedelta(0)) -> Inhibition:
    sides = ((matcher(text),) for text in (source, target))
    first, second = sides
    return Inhibition(id="rule-1", source=first, target=second, equal=equal, wait=wait)


RED = rule("severity=red", "severity=~orange|yellow", "point")


def test_a_silence_mutes_what_it_concerns_from_its_beginning_until_before_its_end(
    of: Of, silence_of: Callable[..., Silence], start: datetime
) -> None:
    mutes = Mutes([silence_of()])
    found = mutes.of(of(), start)
    assert found is not None
    assert (found.verdict, found.by, found.source, found.ends_at) == (
        Verdict.SILENCED,
        "S-1: travaux",
        "S-1",
        start + HOUR,
    )
    assert mutes.of(of(rule="bruit.nuit"), start) is None
    assert mutes.of(of(), start - timedelta(microseconds=1)) is None
    assert mutes.of(of(), start + HOUR) is None


def test_a_vital_alert_is_silenced_only_by_who_says_so(
    of: Of, silence_of: Callable[..., Silence], start: datetime
) -> None:
    vital = of(criticality=Criticality.VITAL)
    assert Mutes([silence_of()]).of(vital, start) is None
    assert Mutes([silence_of(including_vital=True)]).of(vital, start) is not None


def test_of_several_silences_the_one_that_lasts_longest_is_named(
    of: Of, silence_of: Callable[..., Silence], start: datetime
) -> None:
    found = Mutes([silence_of(), silence_of(id="S-2", ends_at=start + 2 * HOUR)]).of(of(), start)
    assert found is not None
    assert found.source == "S-2"


def test_a_silence_that_was_ended_mutes_nothing(silence_of: Callable[..., Silence], start: datetime) -> None:
    ended = silence_of(ended_at=start)
    assert ended.mutes_until(start) is None
    assert ended.status(start) is SilenceStatus.OVER
    assert silence_of(starts_at=start + HOUR, ends_at=start + 2 * HOUR).status(start) is SilenceStatus.TO_COME


def test_red_hushes_orange_and_yellow_of_its_point_alone(of: Of, start: datetime) -> None:
    mutes = Mutes((), (RED,), [of(alert="red", severity="red")])
    found = mutes.of(of(severity="orange"), start)
    assert found is not None
    assert (found.verdict, found.source, found.ends_at) == (Verdict.INHIBITED, "red", None)
    assert mutes.of(of(severity="yellow"), start) is not None
    assert mutes.of(of(severity="minor"), start) is None
    assert mutes.of(of(severity="orange", point="ailleurs"), start) is None
    assert mutes.of(of(alert="red", severity="red"), start) is None


def test_a_network_hushes_the_points_for_which_it_holds_and_those_of_its_area(of: Of, start: datetime) -> None:
    network = of(alert="net", rule="x.reseau-muet", point="area:nord", areas=("nord",), points=("a", "b"))
    by_point, by_area = (
        Mutes((), (rule("rule=*.reseau-muet", "rule=*.muet", equal),), [network]) for equal in ("point", "area")
    )
    sensor = {"rule": "x.muet", "areas": ("metropole", "nord")}
    assert by_point.of(of(point="a", **sensor), start) is not None
    assert by_point.of(of(point="c", **sensor), start) is None
    assert by_area.of(of(point="c", **sensor), start) is not None
    assert by_area.of(of(point="c", rule="x.muet", areas=("sud",)), start) is None


def test_what_lacks_the_common_property_is_not_hushed(of: Of, start: datetime) -> None:
    gateway = rule("rule=g", "rule=s", "label.gateway")
    mutes = Mutes((), (gateway,), [of(alert="g", rule="g")])
    assert mutes.of(of(rule="s"), start) is None


@pytest.mark.parametrize(
    ("source", "teams", "hushed"),
    [
        pytest.param(Criticality.VITAL, ("astreinte", "mairies"), True, id="vital-to-all"),
        pytest.param(Criticality.VITAL, ("mairies",), False, id="vital-to-others"),
        pytest.param(Criticality.NORMAL, ("astreinte",), False, id="not-vital"),
    ],
)
def test_a_vital_alert_is_hushed_only_by_a_vital_one_that_tells_all_of_its_teams(
    of: Of, start: datetime, source: Criticality, teams: tuple[str, ...], hushed: bool
) -> None:
    asked = tuple(NotifyRequest(team=team, message="m") for team in teams)
    red = of(alert="red", severity="red", criticality=source, notify=asked)
    found = Mutes((), (RED,), [red]).of(of(criticality=Criticality.VITAL), start)
    assert (found is not None) is hushed


def test_two_that_hush_each_other_are_both_told(of: Of, start: datetime) -> None:
    rules = (rule("rule=a", "rule=b", "point"), rule("rule=b", "rule=a", "point"))
    first, second = of(alert="1", rule="a"), of(alert="2", rule="b")
    mutes = Mutes((), rules, [first, second])
    assert [mutes.of(first, start), mutes.of(second, start)] == [None, None]


def test_an_incident_is_muted_when_all_of_its_alerts_are(
    of: Of, silence_of: Callable[..., Silence], start: datetime
) -> None:
    mutes = Mutes([silence_of(matchers=("point=a",))])
    both = [of(alert="1", point="a"), of(alert="2", point="b")]
    assert mutes.of_incident(both, start) is None
    assert mutes.of_incident(both[:1], start) is not None
    assert mutes.of_incident([], start) is None


def test_a_target_waits_for_its_source_and_a_vital_one_never_does(of: Of) -> None:
    mutes = Mutes((), (rule("severity=red", "severity=orange", "point", wait=HOUR),))
    assert mutes.patience(of()) == HOUR
    assert mutes.patience(of(severity="minor")) == timedelta(0)
    assert mutes.patience(of(criticality=Criticality.VITAL)) == timedelta(0)
