"""A storm of alerts drowns nobody, loses nothing, and does not hold up what is vital."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.wire import run_storm
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ

ALERTS: Final = 2_000


@pytest.mark.slow
def test_in_a_storm_each_person_gets_few_texts_and_one_digest_and_the_vital_alert_goes_at_once(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    found = run_storm.run((rabbitmq, postgresql), tmp_path, ALERTS)
    assert found.most_sms <= 20, found
    assert set(found.digests.values()) == {1}, found
    assert len(found.digests) == 4, found
    assert found.vital_s < 5, found
    assert found.is_good(), found
