from datetime import timedelta

import msgspec
import pytest

from services.rules_engine.domain.advancing import LEASE, advance, withdraw
from services.rules_engine.domain.alert import AlertState, Hold, Phase, Resolution
from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.rendering import alert_changed, alert_id, lighting_requests
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.selecting import Subject
from shared.model.alerts import AlertStatus
from shared.model.lighting import LightingAct
from shared.model.message import decode, encode
from shared.model.registry import Group, Text

LIT = "[{notify: {team: astreinte, message: m}}, {light: {group: lampes, level: 80 %, at_most: 4 h, reason: crue}}]"


@pytest.fixture
def book(inventory):
    return book_of([], inventory)


@pytest.fixture
def subject(point):
    return Subject(point.id, point.title, (point.id,), point.zone)


@pytest.fixture
def told(rule, subject, book, scene, minutes):
    """The message of a rule that fires at minute 0 on a level of 2.018 m."""

    def _told(text, flow=None, **lines):
        then = f"[{{notify: {{team: astreinte, message: '{text}'}}}}]"
        made = rule(then=then, **lines)
        row = {"level": Sample(2.018, minutes(0))} | ({"flow": flow} if flow else {})
        seen = scene(row, minutes(0))
        (fired,) = advance(made, AlertState(), seen).transitions
        return alert_changed(made, fired, subject, seen, book, trace="t-1")

    return _told


TEXTS = [
    ("{point} : {level}", "Pont-Neuf : 2,02 m"),
    ("{level.number} {level.unit}, {level.title}", "2,02 m, Hauteur"),
    ("{time}, {since}, {level.time}", "10/01 01:00, 10/01 01:00, 10/01 01:00"),
    ("{rule} ({severity}) {rule.id} {point.id}", "Garonne : alerte (orange) gemapi.crue pont-neuf"),
    ("{flow}, {flow.time}", "valeur inconnue, date inconnue"),
    ("{ point }", "Pont-Neuf"),
    ("{level}{level}", "2,02 m2,02 m"),
    ("sans accolades", "sans accolades"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=[text for text, _ in TEXTS])
def test_a_message_is_filled_in_in_french_and_local_time(told, text, expected):
    assert told(text).notify[0].message == expected


def test_values_that_the_condition_does_not_read_are_filled_in_too(told, minutes):
    assert told("{flow}", flow=Sample(1234.4, minutes(0))).notify[0].message == "1234 m³/s"


def test_a_stale_value_is_told_as_unknown(told, minutes):
    assert told("{flow}", flow=Sample(1234.4, minutes(-60))).notify[0].message == "valeur inconnue"


def test_a_fired_alert_carries_what_the_notifier_needs(told, minutes):
    alert = told("m")
    assert (alert.rule, alert.owner, alert.severity, alert.point_title) == (
        "gemapi.crue",
        "gemapi",
        "orange",
        "Pont-Neuf",
    )
    assert (alert.status, alert.at, alert.since, alert.resolution) == (
        AlertStatus.FIRING,
        minutes(0),
        minutes(0),
        None,
    )
    (reading,) = alert.readings
    assert (reading.property, reading.value, reading.unit, reading.text) == ("level", 2.018, "m", "2,02 m")
    assert alert.trace == "t-1"
    assert decode(encode(alert), type(alert)) == alert


def test_a_resolved_alert_has_the_id_of_the_fired_one_and_a_reason(rule, subject, book, scene, minutes):
    made = rule()
    high = scene({"level": Sample(3.0, minutes(0))}, minutes(0))
    low = scene({"level": Sample(1.0, minutes(15))}, minutes(15))
    first = advance(made, AlertState(), high)
    second = advance(made, first.state, low)
    fired, resolved = (
        alert_changed(made, step.transitions[0], subject, seen, book) for step, seen in ((first, high), (second, low))
    )
    assert resolved.alert == fired.alert
    assert (resolved.status, resolved.resolution) == (AlertStatus.RESOLVED, "condition-cleared")
    assert resolved.notify[0].message == "Pont-Neuf : 1,00 m"


def test_ids_depend_on_rule_point_and_beginning_only(minutes):
    ids = {
        alert_id("a", "p", minutes(0)), alert_id("a", "p", minutes(1)), alert_id("a", "q", minutes(0)),
        alert_id("b", "p", minutes(0)), alert_id("a", "p", minutes(0)),
    }  # fmt: skip
    assert len(ids) == 4


def test_a_digest_goes_along(rule, subject, book, scene, minutes):
    made = rule(then='[{notify: {team: collecte, message: m, digest: "05:00"}}]')
    seen = scene({"level": Sample(3.0, minutes(0))}, minutes(0))
    (fired,) = advance(made, AlertState(), seen).transitions
    assert alert_changed(made, fired, subject, seen, book).notify[0].digest == "05:00"


class TestLights:
    @pytest.fixture
    def steps(self, rule, scene, minutes):
        """A rule that lights: it fires, renews, ends."""
        made = rule(then=LIT)
        row = {"level": Sample(3.0, minutes(0))}
        fired = advance(made, AlertState(), scene(row, minutes(0), minutes(1)))
        renewed = advance(made, fired.state, scene(row, minutes(6)), fresh=False)
        low = {"level": Sample(1.0, minutes(8))}
        ended = advance(made, renewed.state, scene(low, minutes(8)))
        return made, [step.transitions[0] for step in (fired, renewed, ended)]

    def test_a_lease_is_begun_renewed_and_let_go_under_one_id(self, steps, subject, book):
        made, transitions = steps
        asked = [request for each in transitions for request in lighting_requests(made, each, subject, book)]
        assert [request.act for request in asked] == [LightingAct.HOLD, LightingAct.HOLD, LightingAct.RELEASE]
        assert len({request.override for request in asked}) == 1

    def test_a_lease_counts_from_the_clock_not_from_the_event(self, steps, subject, book, minutes):
        made, transitions = steps
        leases = [lighting_requests(made, each, subject, book)[0].lease_until for each in transitions]
        assert leases == [minutes(1) + LEASE, minutes(6) + LEASE, None]

    def test_what_the_author_asked_goes_along(self, steps, subject, book):
        made, transitions = steps
        (asked,) = lighting_requests(made, transitions[0], subject, book, trace="t")
        assert (asked.group, asked.level, asked.reason, asked.at_most_s) == ("lampes", 80, "crue", 4 * 3600)
        assert (asked.day, asked.ramp_s, asked.owner, asked.trace) == (False, 0.0, "gemapi", "t")

    def test_a_renewal_tells_nobody(self, steps, subject, book, scene, minutes):
        made, transitions = steps
        assert alert_changed(made, transitions[1], subject, scene({}, minutes(0)), book) is None

    def test_a_rule_that_is_gone_lets_go(self, rule, subject, book, scene, minutes):
        made = rule(then=LIT)
        firing = AlertState((Hold(Phase.FIRING, since=minutes(0)),), firing_since=minutes(0))
        (ended,) = withdraw(firing, Resolution.RULE_REMOVED, now=minutes(5)).transitions
        (asked,) = lighting_requests(made, ended, subject, book)
        assert asked.act is LightingAct.RELEASE
        told = alert_changed(made, ended, subject, scene({}, minutes(5)), book)
        assert told.resolution == "rule-removed"


def test_a_transition_knows_when_the_clock_saw_it(rule, scene, minutes):
    row = {"level": Sample(3.0, minutes(0))}
    late = minutes(0) + timedelta(seconds=20)
    (fired,) = advance(rule(), AlertState(), scene(row, minutes(0), late)).transitions
    assert (fired.at, fired.decided_at) == (minutes(0), late)
    assert msgspec.to_builtins(fired.values)[0]["property"] == "level"


@pytest.mark.parametrize(
    ("subject_id", "areas", "site", "groups"),
    [
        pytest.param("pont-neuf", ("berges",), "quai", ("gw-1", "gw-2"), id="a point's own"),
        pytest.param("area:berges", ("berges",), None, (), id="an area is about itself"),
        pytest.param("site:quai", (), "quai", (), id="and so is a site"),
        pytest.param("group:lampes", (), None, ("lampes",), id="a group lies nowhere"),
    ],
)
def test_an_alert_carries_where_its_point_lies(rule, point, inventory, scene, minutes, subject_id, areas, site, groups):
    placed = msgspec.structs.replace(point, areas=("berges",), site="quai")
    heard = [
        Group(id=name, title=Text(name, name), directorate="gemapi", points=names)
        for name, names in (("gw-1", (point.id,)), ("gw-2", ("other", point.id)), ("gw-3", ("other",)))
    ]
    here = book_of([], msgspec.structs.replace(inventory, points=(placed,), groups=tuple(heard)))
    made, seen = rule(), scene({"level": Sample(2.018, minutes(0))}, minutes(0))
    (fired,) = advance(made, AlertState(), seen).transitions
    told = alert_changed(made, fired, Subject(subject_id, "T", (point.id,), point.zone), seen, here)
    assert (told.areas, told.site, told.groups) == (areas, site, groups)
