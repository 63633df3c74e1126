"""Names on the bus are consistent, and messages survive the way."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import msgspec
import pytest

from shared import bus
from shared.model.message import decode, encode
from shared.model.observations import Observation, Observations


def test_every_name_is_used_once() -> None:
    queues = [queue for event in bus.EVENTS for consumer in event.consumers for queue in event.queues(consumer)]
    exchanges = [event.exchange for event in bus.EVENTS]
    assert len(set(queues)) == len(queues)
    assert len(set(exchanges)) == len(exchanges)


def test_producers_and_consumers_are_services() -> None:
    named = set(itertools.chain.from_iterable((event.producer, *event.consumers) for event in bus.EVENTS))
    assert named <= set(bus.SERVICES)


def test_a_point_always_has_the_same_partition() -> None:
    assert bus.partition_of("garonne-toulouse") == bus.partition_of("garonne-toulouse")
    assert {bus.partition_of(f"point-{number}") for number in range(1000)} == set(range(bus.PARTITIONS))


def message() -> Observations:
    observation = Observation(
        point="p", property="level", time=datetime(2022, 1, 10, tzinfo=UTC), value=2.018, unit="m", trace="t"
    )
    return Observations(partition=3, observations=(observation,))


def test_a_message_reads_as_it_was_written() -> None:
    assert decode(encode(message()), Observations) == message()


def test_fields_of_a_newer_version_are_passed_over() -> None:
    newer = msgspec.json.decode(encode(message())) | {"version": 2, "colour": "blue"}
    assert decode(msgspec.json.encode(newer), Observations).observations == message().observations


def test_a_message_that_lacks_what_it_must_have_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(b'{"version": 1}', Observations)
