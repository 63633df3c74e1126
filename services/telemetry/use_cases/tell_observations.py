"""Tells who decides rules what is stored now: a message for each partition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from shared import bus
from shared.model.observations import Observation, Observations
from shared.runtime.database import Transaction


def tell(transaction: Transaction, observations: Iterable[Observation]) -> None:
    """Publish observations with the transaction that stores them."""
    partitions = defaultdict[int, list[Observation]](list)
    for observation in observations:
        partitions[bus.partition_of(observation.point)].append(observation)
    for partition, some in sorted(partitions.items()):
        message = Observations(partition=partition, observations=tuple(some))
        transaction.publish(bus.OBSERVATIONS, message, routing_key=str(partition))


def history_of(partition: int) -> str:
    """What a transaction does alone that tells stored observations of a partition again, or changes them."""
    return f"history {partition}"
