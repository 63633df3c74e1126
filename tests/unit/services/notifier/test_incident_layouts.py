"""The texts about an incident itself: short where they wake somebody, whole where they are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.informing import in_words
from services.notifier.domain.delivering.notification import Kind
from services.notifier.domain.incidents.incident_facts import IncidentFacts, OptOutFacts
from services.notifier.domain.sms_text import is_gsm, length
from services.notifier.layouts import JinjaLayouts

FACTS = IncidentFacts(
    code="V-7K3Q",
    severity="rouge",
    title="Garonne – Toulouse",
    message="Toulouse : 3,10 m, forêt inondée",
    since="10/01 02:45",
    since_long="lundi 10 janvier 2022 à 02 h 45",
    waited="5 min",
    by="Camille Roux, cadre d'astreinte GEMAPI",
    comment="sur place",
    note="",
)
ABOUT = (Kind.ESCALATION, Kind.REMINDER, Kind.ACKNOWLEDGED, Kind.UNACKNOWLEDGED)


@pytest.fixture
def layouts() -> JinjaLayouts:
    return JinjaLayouts("https://vigie.example.org")


@pytest.mark.parametrize("kind", ABOUT)
def test_a_text_is_one_part_and_says_the_code(layouts: JinjaLayouts, kind: Kind) -> None:
    text = layouts.render(kind, Medium.SMS, FACTS).body
    assert text.startswith("Vigie V-7K3Q")
    assert is_gsm(text)
    assert length(text) <= 160


@pytest.mark.parametrize("kind", ABOUT)
def test_a_mail_says_what_it_is_about(layouts: JinjaLayouts, kind: Kind) -> None:
    mail = layouts.render(kind, Medium.EMAIL, FACTS)
    assert "Garonne – Toulouse (V-7K3Q)" in mail.subject
    assert "Toulouse : 3,10 m, forêt inondée" in mail.body
    assert mail.body.endswith("Incident V-7K3Q\nVigie, https://vigie.example.org\n")


def test_a_first_step_at_once_does_not_speak_of_waiting(layouts: JinjaLayouts) -> None:
    at_once = replace(FACTS, waited=in_words(timedelta(0)))
    text = layouts.render(Kind.ESCALATION, Medium.SMS, at_once)
    assert "à prendre en compte" in text.body


def test_who_is_reached_no_more_is_named_with_the_teams(layouts: JinjaLayouts) -> None:
    facts = OptOutFacts(person="Camille Roux, cadre", teams=("Astreinte GEMAPI",), moment="lundi 10 janvier 2022")
    mail = layouts.render(Kind.OPTED_OUT, Medium.EMAIL, facts)
    assert mail.subject == "[joignabilité] Camille Roux, cadre ne reçoit plus de SMS"
    assert "- Astreinte GEMAPI\n" in mail.body


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 min"), (29, "0 min"), (300, "5 min"), (3600, "1 h 00"), (7500, "2 h 05")],
)
def test_a_wait_is_said_to_the_minute(seconds: int, said: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == said
