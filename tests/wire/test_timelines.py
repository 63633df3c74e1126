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
  - {id: chef, name: Claire Astier, role: cheffe de service, phone: "+33639980103"}
  - {id: ops, name: Exploitation, role: plateforme, email: ops@example.org}
teams:
  - {id: astreinte, title: Astreinte, channels: [sms, email], members: [camille, idir]}
  - {id: chefs, title: Chefs de service, channels: [sms], members: [chef]}
  - {id: exploitation, title: Exploitation, channels: [email], members: [ops]}
"""
# For alerts of one rule alone: the other timelines know nothing of it.
ESCALATIONS: Final = """\
policies:
  - id: nuit
    title: Nuit
    applies_to: {rule: gemapi.escalade}
    steps:
      - {after: 5 min, team: chefs}
"""
FILES: Final = {"teams.yaml": TEAMS, "notifier/escalations.yaml": ESCALATIONS}
CAMILLE, IDIR, CHIEF, MAIL = "+33639980101", "+33639980102", "+33639980103", "camille@example.org"


@pytest.fixture(scope="module")
def city(rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notifying]:
    """One notifier for all timelines, a night for each."""
    folder = tmp_path_factory.mktemp("timelines")
    with notifying((rabbitmq, postgresql), folder, FILES) as made:
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


def test_if_nobody_answers_the_chief_is_told_and_all_hear_of_the_end(city: Notifying) -> None:
    play = city.night()
    rule = {"rule": "gemapi.escalade"}
    play.at(0, city.fires("pont", **rule)).at(900, city.resolves("pont", 900, **rule))
    for to in (CAMILLE, IDIR):
        play.want("sms", to, "orange : pont", 0, 1).want("sms", to, "fin d'alerte", 900, 901)
    play.want("email", MAIL, "[orange]", 0, 1).want("email", MAIL, "[fin d'alerte]", 900, 901)
    play.want("sms", CHIEF, "sans réponse depuis 5 min", 300, 301).want("sms", CHIEF, "fin d'alerte", 900, 901)
    play.run(7200)


def test_who_answers_by_text_message_spares_the_chief(city: Notifying) -> None:
    """Idir answers from his telephone, in the words that people use; a stranger's answer does nothing."""
    play = city.night()
    rule = {"rule": "gemapi.escalade"}
    heard: list[str] = []
    code = city.code("pont")
    play.at(0, city.fires("pont", **rule)).at(900, city.resolves("pont", 900, **rule))
    play.at(60, lambda: heard.append(city.answers("+33639980199", code)))
    play.at(120, lambda: heard.append(city.answers(IDIR, code.lower().removeprefix("v-"))))
    for to in (CAMILLE, IDIR):
        play.want("sms", to, "orange : pont", 0, 1).want("sms", to, "fin d'alerte", 900, 901)
    play.want("email", MAIL, "[orange]", 0, 1).want("email", MAIL, "Pris en compte par Idir Benali", 120, 121)
    play.want("email", MAIL, "[fin d'alerte]", 900, 901)
    play.run(7200)
    assert "<Message>" not in heard[0]
    assert code in heard[1]


def test_what_is_silenced_is_told_when_the_silence_ends_if_it_lasts(city: Notifying) -> None:
    play = city.night()
    play.at(0, lambda: city.silence("point = pont", "20 min"))
    play.at(60, city.fires("pont", 60), city.fires("gue", 60)).at(120, city.resolves("gue", 120, 60))
    for to in (CAMILLE, IDIR):
        play.want("sms", to, "orange : gue", 60, 61).want("sms", to, "Gue", 120, 121)
        play.want("sms", to, "orange : pont", 1200, 1201)
    play.want("email", MAIL, "gue : 3,02 m", 60, 61).want("email", MAIL, "[fin d'alerte]", 120, 121)
    play.want("email", MAIL, "pont : 3,02 m", 1200, 1201)
    # The silence's owner is reminded as it begins, for it is a short one.
    play.want("email", "ops@example.org", "silence", 0, 1201)
    play.run(7200)


def test_who_said_stop_to_twilio_is_not_called_again_and_the_others_are_told(city: Notifying) -> None:
    """The last one: who said stop is texted no more in later nights either."""
    play = city.night()
    city.doubles.twilio.refused[IDIR] = 21610
    play.at(0, city.fires("pont", criticality=Criticality.VITAL)).at(600, city.resolves("pont", 600))
    play.want("sms", CAMILLE, "orange : pont", 0, 1).want("sms", CAMILLE, "fin d'alerte", 600, 601)
    play.want("email", MAIL, "[orange]", 0, 1).want("email", MAIL, "[fin d'alerte]", 600, 601)
    # Nobody answers for that team's directorate here, so those who run Vigie hear of it.
    play.want("email", "ops@example.org", "[joignabilité] Idir Benali", 0, 1)
    play.run(3600)
    assert ("failed", "idir") in city.ledger("verdict", "person")
    assert ("opted-out", "idir") in city.ledger("verdict", "person")
