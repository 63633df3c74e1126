"""The portal as nameko runs it: real registry and telemetry on the embedded bus, the other services away."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the program saw."""
    program = Path(__file__).with_name("embedded_portal.py")
    command = [sys.executable, str(program), str(tmp_path_factory.mktemp("portal"))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def test_page_is_there_although_services_are_away(found):
    assert found["slow_s"] < 10
    page = found["page"]
    for section in ("alerts", "incidents"):
        start = page.index(f'data-section="{section}"')
        assert 'class="away"' in page[start : start + 120], section


def test_registry_and_telemetry_are_asked_over_the_bus(found):
    page = found["page"]
    start = page.index('data-section="map"')
    assert 'class="away"' not in page[start : start + 120]
    assert "points simulés\xa0: aucune mesure réelle" in page
    assert "heure de Paris" in page


def test_messages_may_be_read_where_none_leaves_the_machine(found):
    assert 'href="/messages/"' in found["page"]
    assert "Démonstration locale, sans authentification." in found["page"]


def test_point_whose_recording_is_not_played_is_on_no_page(found):
    assert "Garonne à Toulouse" not in found["page"]
    assert "Wyndham" not in found["page"]


def test_stream_begins_with_every_section_and_ends_with_the_site(found):
    assert found["lines"][:3] == ["retry: 3000\n", "\n", "event: sections\n"]
    assert set(json.loads(found["lines"][3].removeprefix("data: "))) >= {"time", "tiles", "map", "origins"}
    assert found["stop_s"] < 15
    assert found["end_s"] < 5
