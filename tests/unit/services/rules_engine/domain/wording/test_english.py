"""Articles and plurals in English."""

from datetime import time

import pytest

from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.wording.english import English

ENGLISH = English()


@pytest.mark.parametrize(
    ("title", "counts", "told"),
    [
        ("Fill level", False, "the fill level"),
        ("LAeq, equivalent level", False, "the equivalent level LAeq"),
        ("pH", False, "the pH"),
        ("Bikes per quarter of an hour", True, "the number of bikes per quarter of an hour"),
        ("Passages one way", True, "the number of passages one way"),
        ("People present", True, "the number of people present"),
        ("Shouting and singing recognised", True, "the count of “Shouting and singing recognised”"),
        ("Status", True, "the count of “Status”"),
    ],
)
def test_a_property_is_told_by_its_title(title, counts, told):
    assert ENGLISH.property(title, counts=counts).text == told


@pytest.mark.parametrize(
    ("title", "several"),
    [
        ("Drop-off container", "drop-off containers"),
        ("Switch", "switches"),
        ("Gauging station (Hub'Eau)", "gauging stations"),
        ("Water level", "water level measuring points"),
        ("Collection", "collection measuring points"),
    ],
)
def test_a_kind_is_counted(title, several):
    assert ENGLISH.kind(title).plural == several


def test_articles_numbers_and_moments():
    assert [ENGLISH.one(Phrase(text)) for text in ("red alert", "orange alert")] == ["a red alert", "an orange alert"]
    assert [ENGLISH.ordinal(number) for number in (1, 2, 10, 11, 93, 99.9)] == [
        "1st", "2nd", "10th", "11th", "93rd", "99.9th",
    ]  # fmt: skip
    assert [ENGLISH.clock(time(hour, 30 * (hour == 5))) for hour in (0, 5, 12, 22)] == [
        "midnight", "05:30", "noon", "22:00",
    ]  # fmt: skip
    assert [ENGLISH.lasting(number, "d") for number in (1, 2)] == ["one day", "2 days"]
