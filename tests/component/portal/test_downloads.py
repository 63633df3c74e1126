"""What a point observed can be taken away as a table, and what is in the table is what was sent."""

import csv
import io
import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, IncompleteRead

import pytest
from flask import Flask

from services.console.city import City
from services.portal import http
from services.portal.domain.downloads import MOST_ROWS
from services.portal.use_cases.take_observations import PORTION
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Settings, shipped_rules
from shared.runtime.web import Site
from tests.portal import metropolis

NOW = datetime(2022, 11, 2, 12, 0, tzinfo=UTC)
POINT = "garonne-toulouse"
MINUTE = timedelta(minutes=1)
MANY_FROM = datetime(2022, 6, 1, tzinfo=UTC)
MANY = 2 * PORTION + 7
SENT = {
    "2022-03-26T22:59:00Z": 900.0,
    "2022-03-26T23:00:00Z": 1000.0,
    "2022-03-27T00:59:00Z": 1001.0,
    "2022-03-27T01:00:00Z": 1002.5,
    "2022-03-27T21:59:59Z": -120.0,
    "2022-03-27T22:00:00Z": 1100.0,
    "2022-10-29T22:00:00Z": 2000.0,
    "2022-10-30T00:30:00Z": 2001.0,
    "2022-10-30T01:30:00Z": 2002.0,
    "2022-10-30T22:59:00Z": 99_000.0,
    "2022-11-01T12:00:00Z": 2100.0,
}
"""Millimetres, as the device sends them; the gauge can show 15 m."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of a city that heard all this."""
    settings = replace(Settings(), listen="127.0.0.1:0", rules_dir=shipped_rules(), recorded_points="no")
    city = City(settings, tmp_path_factory.mktemp("downloads"), VirtualClock(NOW))
    with city.running() as rpc:
        key = rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
        city.timeline.settle()
        many = {(MANY_FROM + n * MINUTE).isoformat(): 1000.0 + n for n in range(MANY)}
        sent = [
            {"device": "O200004001", "time": time, "values": {"hauteur": value}}
            for time, value in (SENT | many).items()
        ]
        for start in range(0, len(sent), 1000):
            post(city, key, sent[start : start + 1000])
        yield city.site.address


def post(city, key, items):
    link = HTTPConnection(*city.site.address, timeout=60)
    link.request("POST", "/v1/observations", json.dumps(items), {"Authorization": f"Bearer {key}"})
    answer = link.getresponse()
    assert answer.status == 200, answer.read()
    link.close()
    city.timeline.settle()


def get(site, path):
    link = HTTPConnection(*site, timeout=30)
    link.request("GET", path)
    answer = link.getresponse()
    body = answer.read().decode()
    link.close()
    return answer, body


def table(site, query, prefix=""):
    answer, body = get(site, f"{prefix}/points/{POINT}/observations.csv?{query}")
    assert answer.status == 200, body
    return list(csv.DictReader(io.StringIO(body, newline="")))


def test_the_day_of_23_hours_is_what_was_sent(site):
    rows = table(site, "from=2022-03-27&to=2022-03-27")
    assert [(row["time"], row["time_local"], row["value"]) for row in rows] == [
        ("2022-03-26T23:00:00Z", "2022-03-27T00:00:00+01:00", "1"),
        ("2022-03-27T00:59:00Z", "2022-03-27T01:59:00+01:00", "1.001"),
        ("2022-03-27T01:00:00Z", "2022-03-27T03:00:00+02:00", "1.0025"),
        ("2022-03-27T21:59:59Z", "2022-03-27T23:59:59+02:00", "-0.12"),
    ]
    assert {(row["property"], row["unit"], row["quality"]) for row in rows} == {("level", "m", "good")}


def test_the_day_of_25_hours_is_what_was_sent(site):
    rows = table(site, "from=2022-10-30&to=2022-10-30", "/en")
    assert [(row["time_local"], row["value"], row["quality"]) for row in rows] == [
        ("2022-10-30T00:00:00+02:00", "2", "good"),
        ("2022-10-30T02:30:00+02:00", "2.001", "good"),
        ("2022-10-30T02:30:00+01:00", "2.002", "good"),
        ("2022-10-30T23:59:00+01:00", "99", "out-of-range"),
    ]


def test_many_observations_come_once_each_and_in_order(site):
    rows = table(site, "from=2022-06-01&to=2022-06-30")
    assert [row["value"] for row in rows] == [f"{1 + n / 1000:g}" for n in range(MANY)]
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)


def test_without_days_it_is_the_last_week_and_says_so_in_its_name(site):
    answer, body = get(site, f"/points/{POINT}/observations.csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{POINT}_2022-10-27_2022-11-02.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Link"] == '<source.txt>; rel="describedby"; type="text/plain"'
    assert body.startswith("time,time_local,property,value,unit,quality\r\n2022-10-29T22:00:00Z,")
    assert body.endswith("2022-11-01T12:00:00Z,2022-11-01T13:00:00+01:00,level,2.1,m,good\r\n")


def test_days_without_observations_are_a_table_of_no_rows(site):
    assert table(site, "from=2022-02-01&to=2022-02-02") == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/points/{}/observations.csv?from=hier", "Écrivez les jours ainsi\xa0: from=2022-01-10&to=2022-01-12"),
        ("/en/points/{}/observations.csv?from=hier", "Write days like this: from=2022-01-10&to=2022-01-12"),
        ("/points/{}/observations.csv?from=2022-01-12&to=2022-01-10", "avant le premier"),
        ("/en/points/{}/observations.csv?from=2022-01-12&to=2022-01-10", "before the first"),
        ("/points/{}/observations.csv?from=2022-01-01&to=2022-02-01", "31 jours au plus"),
        ("/en/points/{}/observations.csv?from=2022-01-01&to=2022-02-01", "At most 31 days"),
    ],
)
def test_days_that_cannot_be_had_are_refused_with_what_to_write(site, path, words):
    answer, body = get(site, path.format(POINT))
    assert (answer.status, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert words in body


@pytest.mark.parametrize("point", ["nowhere", "garonne-marquefave"])
@pytest.mark.parametrize("file", ["observations.csv", "source.txt"])
def test_a_point_that_is_not_shown_has_nothing_to_take_away(site, point, file):
    answer, body = get(site, f"/en/points/{point}/{file}")
    assert answer.status == 404
    assert '<html lang="en"' in body


def test_the_source_is_told_in_both_languages_that_of_the_address_first(site):
    french, english = (get(site, f"{prefix}/points/{POINT}/source.txt") for prefix in ("", "/en"))
    assert french[0].headers["Content-Type"] == "text/plain; charset=utf-8"
    for _, body in (french, english):
        for words in ("Licence Ouverte", "janvier 2022", "January 2022", "Europe/Paris", "[m]", "out-of-range"):
            assert words in body, words
    assert french[1].index("janvier 2022") < french[1].index("January 2022")
    assert english[1].index("January 2022") < english[1].index("janvier 2022")


def test_a_simulated_point_says_so_and_names_no_licence(client, portal):
    portal.snapshots.snapshot = metropolis.snapshot()
    body = client.get("/points/bruit-quai/source.txt").text
    assert "Point simulé\xa0: aucune mesure réelle." in body
    assert "none is stated" in body


def asking(amounts, history=None):
    """Answers of telemetry: how many there are, and what it says each time it is asked for some of them."""

    def ask(questions):
        return [amounts if question.method == "amount" else history(question) for question in questions]

    return ask


def test_too_many_observations_are_refused_before_the_first_is_sent(client, portal):
    portal.snapshots.snapshot = metropolis.snapshot()
    portal.ask = asking(MOST_ROWS + 1)
    answer = client.get("/points/bruit-quai/observations.csv")
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert "Plus de 100 000 lignes" in answer.text
    assert "More than 100,000 lines" in client.get("/en/points/bruit-quai/observations.csv").text


def test_telemetry_that_is_away_is_told_before_the_first_line(client, portal):
    portal.snapshots.snapshot = metropolis.snapshot()
    portal.ask = asking(None)
    answer = client.get("/en/points/bruit-quai/observations.csv")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Try again" in answer.text


def test_before_anything_is_known_one_is_asked_to_come_again(client):
    answer = client.get("/points/bruit-quai/observations.csv")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_whether_a_recording_is_played_is_not_guessed_while_telemetry_is_away(client, portal):
    portal.snapshots.snapshot = metropolis.snapshot(latest=None)
    assert client.get("/points/bruit-unplayed/observations.csv").status_code == 503
    portal.snapshots.snapshot = metropolis.snapshot()
    assert client.get("/points/bruit-unplayed/observations.csv").status_code == 404


def test_a_retired_point_keeps_its_history(client, portal):
    portal.snapshots.snapshot = metropolis.snapshot()
    portal.ask = asking(0, lambda _question: [])
    answer = client.get("/points/bruit-retired/observations.csv?from=2021-12-01&to=2021-12-02")
    assert (answer.status_code, answer.text) == (200, "time,time_local,property,value,unit,quality\r\n")


@contextmanager
def served(portal):
    """The portal's routes on a port, as a site serves them."""
    app = Flask("portal", static_folder=None, template_folder=None)
    app.register_blueprint(http.routes)
    site = Site("127.0.0.1:0")
    site.mount("/", lambda environ, start: app(environ | {"vigie.worker": portal}, start))
    site.serve()
    try:
        yield site.address
    finally:
        site.close()


def test_a_file_whose_telemetry_went_away_is_never_taken_for_the_whole(portal):
    since = datetime(2022, 1, 10, tzinfo=UTC)
    some = [{"time": since + n * MINUTE, "value": 60.0, "quality": "good"} for n in range(PORTION)]
    answers = iter([some, None])
    portal.snapshots.snapshot = metropolis.snapshot()
    portal.ask = asking(2 * PORTION, lambda _question: next(answers))
    with served(portal) as address:
        link = HTTPConnection(*address, timeout=10)
        link.request("GET", "/points/bruit-quai/observations.csv")
        answer = link.getresponse()
        assert answer.status == 200
        with pytest.raises(IncompleteRead) as cut:
            answer.read()
        assert cut.value.partial.count(b"\r\n") > PORTION // 2
