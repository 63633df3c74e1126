"""What people are told when: real processes, a timeline of alerts, and what arrived at Twilio and at a mail server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from shared.model.alerts import Criticality
from tests.wire.notifying import Notifying, notifying
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ

pytestmark = pytest.mark.slow

TEAMS: Final = """\
fallback: exploitation
people:
  - {id: camille, name: Camille Roux, role: cadre, phone: "+33639980101", email: camille@example.org}
  - {id: idir, name: Idir Benali, role: technicien, phone: "+33639980102"}
  - {id: ops, name: Exploitation, role: plateforme, email: ops@example.org}
teams:
  - {id: astreinte, title: Astreinte, channels: [sms, email], members: [camille, idir]}
  - {id: exploitation, title: Exploitation, channels: [email], members: [ops]}
"""
CAMILLE, IDIR, MAIL = "+33639980101", "+33639980102", "camille@example.org"


@pytest.fixture(scope="module")
def city(rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notifying]:
    """One notifier for all timelines, a night for each."""
    folder = tmp_path_factory.mktemp("timelines")
    with notifying((rabbitmq, postgresql), folder, {"teams.yaml": TEAMS}) as made:
        yield made


def test_everybody_is_told_at_once_and_hears_of_the_end(city: Notifying) -> None:
    play = city.night()
    play.at(0, city.fires("pont")).at(600, city.resolves("pont", 600))
    for to in (CAMILLE, IDIR):
        play.want("sms", to, f"Vigie {city.code('pont')}, orange : pont : 3,02 m", 0, 1)
        play.want("sms", to, city.code("pont"), 600, 601)
    play.want("email", MAIL, "[orange]", 0, 1).want("email", MAIL, "[fin d'alerte]", 600, 601)
    play.run(3600)


def test_the_end_waits_for_the_beginning_that_twilio_would_not_take(city: Notifying) -> None:
    """Twilio asks for two minutes; the alert is over after one."""
    twilio = city.doubles.twilio

    def refuse(status: int | None) -> None:
        twilio.answer = None if status is None else (status, {"Retry-After": "120"})

    play = city.night()
    play.at(0, lambda: refuse(429), city.fires("pont")).at(60, city.resolves("pont", 60)).at(90, lambda: refuse(None))
    for to in (CAMILLE, IDIR):
        play.want("sms", to, "orange : pont", 120, 121).want("sms", to, "fin d'alerte", 120, 121)
    play.want("email", MAIL, "[orange]", 0, 1).want("email", MAIL, "[fin d'alerte]", 60, 61)
    play.run(3600)


def test_what_twilio_broke_down_over_is_asked_for_and_sent_once(city: Notifying) -> None:
    """A 500 leaves open whether it was taken: a minute later the list doesn't have it, and it goes out again."""
    twilio = city.doubles.twilio
    play = city.night()
    play.at(0, lambda: setattr(twilio, "answer", (500, {})), city.fires("pont")).at(
        1, lambda: setattr(twilio, "answer", None)
    )
    for to in (CAMILLE, IDIR):
        play.want("sms", to, "orange : pont", 60, 121)
    play.want("email", MAIL, "[orange]", 0, 1)
    play.run(3600)


def test_who_said_stop_to_twilio_is_not_called_again_and_the_others_are_told(city: Notifying) -> None:
    """The last one: who said stop is texted no more in later nights either."""
    play = city.night()
    city.doubles.twilio.refused[IDIR] = 21610
    play.at(0, city.fires("pont", criticality=Criticality.VITAL)).at(600, city.resolves("pont", 600))
    play.want("sms", CAMILLE, "orange : pont", 0, 1).want("sms", CAMILLE, "fin d'alerte", 600, 601)
    play.want("email", MAIL, "[orange]", 0, 1).want("email", MAIL, "[fin d'alerte]", 600, 601)
    play.run(3600)
    assert ("failed", "idir") in city.ledger("verdict", "person")
    assert ("opted-out", "idir") in city.ledger("verdict", "person")
