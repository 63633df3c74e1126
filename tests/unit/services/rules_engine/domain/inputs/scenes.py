"""What inputs look at in these tests: made-up samples by the minute, also around both changes of clocks; and the law
that every input keeps about the clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import strategies as st
from msgspec import structs

from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.series import Series
from services.rules_engine.domain.spans import Span, moment_of, parse_span, stamp
from shared.model.observations import Quality
from tests.unit.services.rules_engine.domain.conftest import KIND, POINT

PARIS = "Europe/Paris"
MINUTE = 60_000_000
WINTER = datetime(2026, 1, 14, 12, tzinfo=UTC)
SPRING = datetime(2026, 3, 28, 12, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 12, tzinfo=UTC)

BEGINNINGS = st.sampled_from([WINTER, SPRING, AUTUMN])
QUALITIES = st.sampled_from([*[Quality.GOOD] * 4, Quality.SUSPECT, Quality.OUT_OF_RANGE])
TIME_SPANS = st.sampled_from([parse_span(text) for text in ("10 min", "1 h", "100 min", "6 h", "24 h")])
DAY_SPANS = st.sampled_from([Span(days=1), Span(days=2)])
SPANS = st.one_of(TIME_SPANS, DAY_SPANS)


def samples(values, longest=3 * 24 * 60, most=40):
    """Samples as (minute, value, quality), one for a minute at most, in the order of their time."""
    rows = st.tuples(st.integers(0, longest), values, QUALITIES)
    return st.lists(rows, max_size=most, unique_by=lambda row: row[0]).map(sorted)


def regular(values, step=15, most=60):
    """The same at every step, with gaps."""
    rows = st.lists(st.one_of(st.none(), st.tuples(values, QUALITIES)), max_size=most)
    return rows.map(lambda found: [(step * index, *row) for index, row in enumerate(found) if row is not None])


def at(beginning, minute):
    return stamp(beginning) + int(minute * MINUTE)


def series_of(rows, beginning):
    return Series(Sample(value, moment_of(at(beginning, minute)), quality) for minute, value, quality in rows)


def scene_of(rows, beginning, minute, *, cut=None, stale_min=45, since=None, zone=PARIS, name="level"):
    """What is to be seen of the samples when it is a minute; ``cut``: as it was at an earlier one."""
    now = moment_of(at(beginning, minute))
    found = Scene(
        kind=structs.replace(KIND, stale_after_s=stale_min * 60),
        point=POINT,
        series={name: series_of(rows, beginning)},
        at=now,
        now=now,
        zone=zone,
        since=since,
        subject=POINT.id,
    )
    return found if cut is None else found.as_of(moment_of(at(beginning, cut)))


def plain(rows, beginning):
    """The samples as bare (stamp, value, whether it is good)."""
    return [(at(beginning, minute), value, quality is Quality.GOOD) for minute, value, quality in rows]


def keeps_the_law_of_the_clock(read, scene, doubtful=()):
    """With no new samples a value is the same from one of its moments to the next, and all after now are told.

    Args:
        read: an input.
        doubtful: stamps, besides the moments, around which it is looked at too.
    """
    now = scene.now_stamp
    moments = sorted(set(read.moments(scene)))
    assert all(moment > now for moment in moments), "a moment that is over"
    last = moments[-1] if moments else now + 10 * 24 * 60 * MINUTE
    looked_at = {now, last, *moments, *(moment - 1 for moment in moments)}
    looked_at |= {moment + shift for moment in doubtful for shift in (-1, 0, 1, 60 * MINUTE, -60 * MINUTE)}
    ordered = sorted(moment for moment in looked_at if now <= moment <= last)
    values = {moment: read.read(scene.at_moment(moment_of(moment))) for moment in ordered}
    for earlier, later in pairwise(ordered):
        if later not in moments:
            assert values[later] == values[earlier], f"it changed at {moment_of(later)} and nobody said so"


def reached(scene, span):
    """When samples of a scene come to be so old, and grow stale: where an input may change."""
    times = [time for series in scene.series.values() for time in series.times]
    spans = [span.after(time, scene.zone) for time in times]
    return [
        *spans,
        *(time + scene.stale_after for time in times),
        *(time + timedelta(days=1) // timedelta(microseconds=1) for time in times),
    ]
