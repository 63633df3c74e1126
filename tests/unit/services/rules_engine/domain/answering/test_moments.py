"""The moment of a question, as people write it."""

from datetime import UTC, datetime

import pytest

from services.rules_engine.domain.answering.moments import read_moment, second_of
from shared.errors import InputError


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-10 02:30", datetime(2026, 1, 10, 1, 30, tzinfo=UTC)),
        ("2026-07-10 02:30", datetime(2026, 7, 10, 0, 30, tzinfo=UTC)),
        ("2026-07-10T02:30:15", datetime(2026, 7, 10, 0, 30, 15, tzinfo=UTC)),
        ("2026-07-10T02:30Z", datetime(2026, 7, 10, 2, 30, tzinfo=UTC)),
        ("2026-07-10T02:30:00-04:00", datetime(2026, 7, 10, 6, 30, tzinfo=UTC)),
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-10-25 03:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        ("2026-03-29 01:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("2026-03-29 03:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read(text, moment):
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-29 02:30", "clocks in Europe/Paris never showed '2026-03-29 02:30'"),
        ("yesterday", "'yesterday' is no moment"),
        ("2026-13-01 10:00", "'2026-13-01 10:00' is no moment"),
        ("2026-01-10", "has no time of day"),
        ("0001-01-01T00:00:00Z", "before there was anything to read"),
        ("0001-01-01T00:00:00+14:00", "is no moment"),
        ("", "'' is no moment"),
    ],
)
def test_what_is_no_moment_is_refused_with_how_to_write_one(text, said):
    with pytest.raises(InputError, match=r"write 2026-10-25 02:30") as caught:
        read_moment(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("2026-10-25 02:30", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-10-25 03:00", None),
        ("2026-10-25T02:30+02:00", None),
        ("2026-03-29 01:30", None),
    ],
)
def test_only_of_an_hour_that_comes_twice_there_is_a_second_one(text, second):
    assert second_of(text) == second
