"""Tables of history become claims; what can't be read is named by line and column, and harms no other line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.domain.claim import Claim, Rejection
from services.telemetry.sources.csv_history import Body, layout, read
from shared.errors import InputError
from shared.model.rejections import RejectionReason

MEASURE = "channel_id,counter_id,start_datetime,end_datetime,count\n"


def found(text: str, **options: str) -> tuple[list[Claim], list[str]]:
    every = list(read(text.splitlines(keepends=True), layout(options), "t"))
    claims = [item.found for item in every if isinstance(item.found, Claim)]
    return claims, [item.found.detail for item in every if isinstance(item.found, Rejection)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("time,device,laeq\n2025-03-21T00:00:30Z,d,51.5\n", {"laeq": 51.5}, id="comma"),
        pytest.param("time;device;laeq\n2025-03-21T00:00:30Z;d;51,5\n", {"laeq": 51.5}, id="semicolon, decimal comma"),
        pytest.param("time;device;laeq\n2025-03-21T00:00:30Z;d;51.5\n", {"laeq": 51.5}, id="semicolon, decimal point"),
        pytest.param("\ufefftime,device,n\r\n2025-03-21T00:00:30Z,d,1e3\r\n", {"n": 1000.0}, id="byte order mark"),
        pytest.param("time, device , laeq \n2025-03-21T00:00:30Z , d, 51.5 \n", {"laeq": 51.5}, id="spaces"),
        pytest.param("time,device,a,b\n2025-03-21T00:00:30Z,d,,0\n", {"a": None, "b": 0.0}, id="empty is not zero"),
        pytest.param("time,device,a.b\n2025-03-21T00:00:30Z,d,2\n", {"a": {"b": 2.0}}, id="nested path"),
        pytest.param('time,device,"a"\n2025-03-21T00:00:30Z,d,"2"\n', {"a": 2.0}, id="quotation marks"),
        pytest.param("time,device,a\n2025-03-21T00:00:30Z,d,tilt\n", {"a": "tilt"}, id="text stays text"),
        pytest.param("time,device,a\n\n2025-03-21T00:00:30Z,d,1\n\n", {"a": 1.0}, id="empty lines"),
    ],
)
def test_a_row_is_a_claim(text: str, values: dict[str, Any]) -> None:
    assert found(text) == ([Claim("d", at("2025-03-21T00:00:30Z"), values, "t")], [])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        pytest.param("2025-03-21T00:00:30Z,d", "line 3: 2 cells, where the header has 3", id="too few cells"),
        pytest.param("2025-03-21T00:00:30Z,d,1,2", "line 3: 4 cells, where the header has 3", id="too many"),
        pytest.param("yesterday,d,1", "line 3: column 'time': 'yesterday' is not a time", id="no time"),
        pytest.param(
            "2025-03-21T00:00:30,d,1", "line 3: column 'time': '2025-03-21T00:00:30' has no offset", id="naive"
        ),
        pytest.param("0001-01-01T00:00:00+02:00,d,1", "line 3: column 'time'", id="before the first year"),
        pytest.param("2025-03-21T00:00:30Z,,1", "line 3: column 'device': no device's id", id="no device"),
        pytest.param('2025-03-21T00:00:30Z,d,"1', "line 3: not CSV", id="a quotation mark that is never closed"),
        pytest.param("x" * 30_000, "line 3: too long a line", id="endless line"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_the_others_are_taken(row: str, says: str) -> None:
    text = f"time,device,laeq\n2025-03-21T00:00:00Z,d,1\n{row}\n2025-03-21T00:01:00Z,d,2\n"
    claims, (fault,) = found(text)
    assert [claim.values for claim in claims] == [{"laeq": 1.0}, {"laeq": 2.0}]
    assert says in fault


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        pytest.param("", {}, "there is no header", id="empty"),
        pytest.param("datetime,device,a\n", {}, "no column 'time' among datetime, device, a", id="no time"),
        pytest.param("time,a\n", {}, "no column 'device'", id="no device"),
        pytest.param("time,device\n", {}, "no column with values", id="no values"),
        pytest.param("time,device,a,a\n", {}, "names a twice", id="a name twice"),
    ],
)
def test_a_table_that_says_nothing_is_refused_as_a_whole(text: str, options: dict[str, str], says: str) -> None:
    claims, (fault,) = found(text, **options)
    assert claims == []
    assert says in fault


def test_the_sender_may_say_what_the_file_does_not() -> None:
    """A file of a sound level meter: odd names, no zone, no device."""
    text = "datetime, LEQ dB -A \n2025-03-21 00:00:30,51.5\n"
    options = {"zone": "America/Toronto", "device": "sonometre", "columns": "datetime=time, LEQ dB -A=laeq"}
    assert found(text, **options) == ([Claim("sonometre", at("2025-03-21T04:00:30Z"), {"laeq": 51.5}, "t")], [])


@pytest.mark.parametrize("options", [{"zone": "Europe/Nowhere"}, {"zone": "../../etc/passwd"}, {"columns": "a"}])
def test_what_the_sender_says_must_be_right(options: dict[str, str]) -> None:
    with pytest.raises(InputError):
        layout(options)


def test_local_times_on_the_nights_when_clocks_change() -> None:
    autumn = ["2026-10-25 01:45", "2026-10-25 02:15", "2026-10-25 02:45", "2026-10-25 02:15", "2026-10-25 03:00"]
    rows = "".join(f"{time},{device},1\n" for time in autumn for device in "ab")
    claims, faults = found(f"time,device,n\n{rows}2026-03-29 02:30,a,1\n", zone="Europe/Paris")
    hours = ["23:45", "00:15", "00:45", "01:15", "02:00"]
    for device in "ab":
        assert [f"{claim.time:%H:%M}" for claim in claims if claim.device == device] == hours
    assert len(faults) == 1
    assert "line 12: column 'time': 2026-03-29 02:30:00 never was in Europe/Paris" in faults[0]


def test_the_national_schema_counts_at_the_end_of_each_interval() -> None:
    text = (
        MEASURE + "c1,x,2021-09-07T13:15:00Z,2021-09-07T13:30:00Z,0\nc2,x,2021-09-07T13:15:00Z,2021-09-07T13:30:00Z,\n"
    )
    assert found(text)[0] == [
        Claim("c1", at("2021-09-07T13:30:00Z"), {"count": 0.0}, "t"),
        Claim("c2", at("2021-09-07T13:30:00Z"), {"count": None}, "t"),
    ]


def test_an_interval_without_end_lasts_until_the_next_begins_and_not_over_a_gap() -> None:
    starts = ["00:00", "00:15", "02:00", "02:15"]
    text = MEASURE + "".join(f"c,x,2021-09-07T{start}:00Z,,{number}\n" for number, start in enumerate(starts))
    claims, faults = found(text)
    assert [f"{claim.time:%H:%M}" for claim in claims] == ["00:15", "00:30", "02:15", "02:30"]
    assert faults == []


def test_an_interval_alone_without_end_is_refused() -> None:
    _claims, (fault,) = found(f"{MEASURE}c,x,2021-09-07T00:00:00Z,,1\n")
    assert fault.startswith("line 2: column 'end_datetime': empty")


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"time,device,a\n{text}".encode()))
def test_whatever_comes_each_line_is_a_claim_or_has_its_reason(body: bytes) -> None:
    table = Body(layout({}))
    claims, faults = table.read(body, "t")
    assert len(table.lines) == len(claims)
    assert {fault.reason for fault in faults} <= {RejectionReason.UNREADABLE}
    assert claims or faults or body.startswith(b"time,device,a")
