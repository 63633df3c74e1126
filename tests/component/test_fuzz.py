"""Three thousand spoilt uplinks, over HTTP and MQTT, and a city that does not mind; ``make soak`` sends many more."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.fuzz.city import Fuzzed, fuzzed_city
from tests.fuzz.corpus import OBSERVATIONS, Sample, corpus
from tests.fuzz.judging import account
from tests.fuzz.mutating import case
from tests.fuzz.running import Found, Run

SEED = 20_220_110


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module")
def fuzzed(folder: Path) -> Iterator[Fuzzed]:
    with fuzzed_city(folder) as found:
        yield found


def test_every_uplink_of_the_corpus_is_read_before_it_is_spoilt(fuzzed: Fuzzed) -> None:
    answers = [account(fuzzed.post(sample)) for sample in corpus()]
    whole = [found for found in answers if not any(name.startswith("rejected") for name in found)]
    # Of the table of counts, one line alone tells no interval's end.
    assert len(whole) == len(answers) - 1


def test_a_case_is_made_again_from_its_seed_and_number(fuzzed: Fuzzed) -> None:
    samples = corpus()
    made = [[case(SEED, number).make(samples) for number in range(200)] for _ in range(2)]
    assert made[0] == made[1]
    assert len({sample.body for sample in made[0]}) > 150


def test_no_spoilt_uplink_breaks_a_promise(fuzzed: Fuzzed, folder: Path) -> None:
    run = Run(fuzzed, corpus(), Found(SEED))
    found = run.send(0, 3000, lambda _words: None)
    run.weigh(folder)
    assert found.faults == []
    assert found.is_good(), found
    assert found.became["observations"] > 200
    assert found.became.total() > 2500
    assert found.over_mqtt > 700


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"[" + b"1," * 200_000 + b"1]", "application/json"), (b"time,device,laeq\n" + b"x\n" * 200_000, "text/csv")],
    ids=["JSON", "CSV"],
)
@pytest.mark.parametrize(("key", "status"), [("Bearer wrong", 401), (None, 413)])
def test_a_hundred_thousand_faults_in_one_body_cost_one_row(
    fuzzed: Fuzzed, body: bytes, content_type: str, key: str | None, status: int
) -> None:
    before = fuzzed.rows("telemetry", "SELECT max(id) FROM rejection")[0][0] or 0
    headers = () if key is None else (("Authorization", key),)
    answer = fuzzed.post(Sample(OBSERVATIONS, body, "", content_type=content_type, headers=headers))
    assert answer.status == status
    assert fuzzed.rows("telemetry", "SELECT max(id) FROM rejection")[0][0] == before + 1


def test_of_many_faults_of_one_sender_all_are_answered_and_counted_and_a_hundred_kept(fuzzed: Fuzzed) -> None:
    before = fuzzed.rows("telemetry", "SELECT max(id) FROM rejection")[0][0] or 0
    counted = fuzzed.tallies()
    answer = fuzzed.post(Sample(OBSERVATIONS, b"[" + b"1," * 2999 + b"1]", ""))
    assert account(answer)["rejected:unreadable"] == 3000
    assert (fuzzed.tallies() - counted)["rejected:unreadable"] == 3000
    assert fuzzed.rows("telemetry", "SELECT max(id) FROM rejection")[0][0] == before + 100


HEAD = "POST /v1/observations HTTP/1.1\r\nHost: city\r\nContent-Type: text/csv\r\nAuthorization: Bearer {key}\r\n"
TABLE = "time,device,laeq\n2023-05-22T06:00:00Z,plain,51.5\n"


def answered(fuzzed: Fuzzed, request: str) -> tuple[int, bytes]:
    """To a request whose sender then hangs up."""
    with closing(socket.create_connection(fuzzed.city.address, timeout=10)) as link:
        link.sendall(request.replace("{key}", fuzzed.key).encode("latin-1"))
        link.shutdown(socket.SHUT_WR)
        with link.makefile("rb") as told:
            head, _, body = told.read().partition(b"\r\n\r\n")
    return int(head.split()[1]), body


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(f"Content-Length: {len(TABLE)}\r\n\r\n{TABLE[:-4]}", id="the end of a number is missing"),
        pytest.param(f"Transfer-Encoding: chunked\r\n\r\n30\r\n{TABLE[:20]}", id="the end of a chunk is missing"),
        pytest.param("Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", id="a chunk of zz bytes"),
        pytest.param("Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n", id="a chunk of -5 bytes"),
        pytest.param(f"Transfer-Encoding: chunked\r\n\r\n{'f' * 17}\r\n{{}}\r\n", id="an endless chunk"),
    ],
)
def test_nothing_is_taken_of_a_body_that_is_not_whole(fuzzed: Fuzzed, rest: str) -> None:
    before = fuzzed.tallies()
    status, body = answered(fuzzed, f"{HEAD}{rest}")
    assert (status, "not whole" in json.loads(body)["detail"]) == (400, True)
    assert fuzzed.tallies() == before


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("Content-Length: abc\r\n\r\n{}", id="abc bytes"),
        pytest.param("Content-Length: -5\r\n\r\n{}", id="-5 bytes"),
        pytest.param("Content-Length: 99999999999999999999\r\n\r\n{}", id="endless"),
        pytest.param("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", id="two lengths"),
        pytest.param(f"X: {'a' * 100_000}\r\n\r\n", id="a long header"),
        pytest.param("".join(f"X-{number}: a\r\n" for number in range(2000)) + "\r\n", id="many headers"),
        pytest.param("Authorization: Bearer \xff\xfe\r\nContent-Length: 2\r\n\r\n{}", id="a key of strange letters"),
    ],
)
def test_a_strange_head_is_the_senders_fault(fuzzed: Fuzzed, rest: str) -> None:
    status, _ = answered(fuzzed, f"{HEAD}{rest}")
    assert 400 <= status < 500
    assert json.loads(fuzzed.send_good().body)["accepted"] == 1
