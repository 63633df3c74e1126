"""Whose key is whose."""

import hashlib
from datetime import UTC, datetime

import pytest

from services.device_registry.domain.keys import AmbiguousKey, answerable, credential
from services.device_registry.domain.loading import load
from shared.errors import NotFound

NOW = datetime(2021, 1, 1, tzinfo=UTC)


def test_only_the_digest_of_a_key_is_kept():
    kept = credential("open sesame", device="G1", directorate=None)
    assert kept.key_sha256 == hashlib.sha256(b"open sesame").hexdigest()
    assert "sesame" not in repr(kept)


@pytest.mark.parametrize(
    ("device", "directorate", "now", "answers"),
    [
        pytest.param(None, "light", NOW, "light", id="a directorate answers for itself"),
        pytest.param("G1", None, NOW, "rivers", id="the directorate of the point where a device stands"),
        pytest.param("S1", None, NOW, None, id="nobody before a device is mounted"),
        pytest.param("G1", None, NOW.replace(year=2022), None, id="nobody once it has left"),
    ],
)
def test_a_directorate_answers_for_a_key(city, device, directorate, now, answers):
    assert answerable(load(city()), device, directorate, now) == answers


@pytest.mark.parametrize(("device", "directorate"), [("G1", "light"), (None, None)], ids=["both", "neither"])
def test_a_key_is_for_a_device_or_for_a_directorate(city, device, directorate):
    with pytest.raises(AmbiguousKey):
        answerable(load(city()), device, directorate, NOW)


@pytest.mark.parametrize(("device", "directorate"), [("G9", None), (None, "moon")], ids=["device", "directorate"])
def test_a_key_is_for_something_that_exists(city, device, directorate):
    with pytest.raises(NotFound):
        answerable(load(city()), device, directorate, NOW)
