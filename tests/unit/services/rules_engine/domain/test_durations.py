from datetime import timedelta

import pytest

from services.rules_engine.domain.durations import in_words


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(minutes=90), "90 min"), (timedelta(hours=4), "4 h"), (timedelta(days=2), "2 d"),
        (timedelta(seconds=45), "45 s"), (timedelta(), "0 s"), (timedelta(milliseconds=1500), "1.5 s"),
    ],
)  # fmt: skip
def test_the_largest_unit_that_tells_it_in_a_whole_number(duration, words):
    assert in_words(duration) == words


def test_days_can_have_their_french_letter():
    assert in_words(timedelta(days=3), day="j") == "3 j"
