"""The texts people get, in French, from the packaged layouts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from jinja2 import TemplateNotFound, UndefinedError

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.digesting import Digest, digested
from services.notifier.domain.composing.rendering import (
    DigestFacts,
    Text,
    alert_facts,
    digest_facts,
    note_for,
    override_facts,
)
from services.notifier.domain.delivering.notification import Kind
from services.notifier.domain.incidents.grouping import groups_of
from services.notifier.domain.incidents.incident import IncidentAlert
from services.notifier.domain.people.routing import team_recipients
from services.notifier.domain.people.team import Teams
from services.notifier.domain.sms_text import LIMIT, is_gsm, length
from services.notifier.layouts import JinjaLayouts
from shared.model.alerts import AlertChanged, Reading
from shared.model.lighting import OverrideChanged, OverrideState

AlertOf = Callable[..., AlertChanged]


@pytest.fixture
def layouts() -> JinjaLayouts:
    return JinjaLayouts("https://vigie.example.org")


@pytest.fixture
def flood(alert_of: AlertOf) -> AlertChanged:
    at = alert_of().at
    return alert_of(readings=(Reading(property="level", value=2.02, unit="m", time=at, text="2,02 m"),))


def test_a_text_message_says_code_severity_message_and_local_time(layouts: JinjaLayouts, flood: AlertChanged) -> None:
    facts = alert_facts(flood, "V-7K3Q", "Toulouse : 2,02 m, forêt", "")
    text = layouts.render(Kind.FIRE, Medium.SMS, facts)
    assert text == Text("", "Vigie V-7K3Q, orange : Toulouse : 2,02 m, foret (10/01 02:45)")


def test_times_are_those_of_the_point(layouts: JinjaLayouts, alert_of: AlertOf) -> None:
    facts = alert_facts(alert_of(zone="Australia/Melbourne"), "V-7K3Q", "m", "")
    assert "(10/01 12:45)" in layouts.render(Kind.FIRE, Medium.SMS, facts).body


def test_a_mail_has_a_subject_and_the_values_that_were_read(layouts: JinjaLayouts, flood: AlertChanged) -> None:
    text = layouts.render(Kind.FIRE, Medium.EMAIL, alert_facts(flood, "V-7K3Q", "Toulouse : 2,02 m", ""))
    assert text.subject == "[orange] Garonne : vigilance orange – Toulouse (V-7K3Q)"
    assert text.body.startswith("Toulouse : 2,02 m\n\nRègle : Garonne")
    assert "Depuis le lundi 10 janvier 2022 à 02 h 45\n\nValeurs lues :\n- 2,02 m (10/01 02:45)\n" in text.body
    assert text.body.endswith("Vigie, https://vigie.example.org\n")


@pytest.fixture
def worse(flood: AlertChanged) -> AlertChanged:
    """An hour later it is red."""
    return msgspec.structs.replace(flood, was="orange", severity="red", at=flood.since + timedelta(hours=1))


def test_a_text_message_says_that_it_has_worsened_and_when(layouts: JinjaLayouts, worse: AlertChanged) -> None:
    text = layouts.render(Kind.WORSEN, Medium.SMS, alert_facts(worse, "V-7K3Q", "Toulouse : 3,10 m", ""))
    assert text == Text("", "Vigie V-7K3Q, aggravation, rouge (avant : orange) : Toulouse : 3,10 m (10/01 03:45)")
    assert is_gsm(text.body)


def test_a_mail_says_that_it_has_worsened_from_which_level_and_since_when(
    layouts: JinjaLayouts, worse: AlertChanged
) -> None:
    text = layouts.render(Kind.WORSEN, Medium.EMAIL, alert_facts(worse, "V-7K3Q", "Toulouse : 3,10 m", ""))
    assert text.subject == "[aggravation, rouge] Garonne : vigilance orange – Toulouse (V-7K3Q)"
    assert text.body.startswith("Toulouse : 3,10 m\n\nRègle : Garonne")
    assert "Niveau : rouge (avant : orange)\nDepuis le lundi 10 janvier 2022 à 03 h 45\n" in text.body
    assert "Début de l'alerte : lundi 10 janvier 2022 à 02 h 45\n\nValeurs lues :\n- 2,02 m" in text.body
    assert "annoncée par le même moyen" in text.body


def test_a_mail_says_that_it_has_eased_and_still_lasts(layouts: JinjaLayouts, worse: AlertChanged) -> None:
    lower = msgspec.structs.replace(worse, was="red", severity="yellow")
    text = layouts.render(Kind.EASE, Medium.EMAIL, alert_facts(lower, "V-7K3Q", "Toulouse : 1,90 m", ""))
    assert text.subject == "[amélioration, jaune] Garonne : vigilance orange – Toulouse (V-7K3Q)"
    assert text.body.startswith("Toulouse : 1,90 m\n\nL'alerte dure encore, à un niveau plus bas.\n\nRègle :")
    assert "Niveau : jaune (avant : rouge)\nDepuis le lundi 10 janvier 2022 à 03 h 45\n" in text.body


def test_a_fall_has_no_text_message(layouts: JinjaLayouts, worse: AlertChanged) -> None:
    with pytest.raises(TemplateNotFound):
        layouts.render(Kind.EASE, Medium.SMS, alert_facts(worse, "V-7K3Q", "m", ""))


@pytest.mark.parametrize("medium", Medium)
def test_a_resolve_notice_says_from_when_to_when(layouts: JinjaLayouts, flood: AlertChanged, medium: Medium) -> None:
    ended = msgspec.structs.replace(flood, at=flood.since + timedelta(days=2))
    text = layouts.render(Kind.RESOLVE, medium, alert_facts(ended, "V-7K3Q", "", ""))
    assert "fin d'alerte" in text.subject + text.body
    assert "10" in text.body
    assert "12" in text.body


@pytest.mark.parametrize("medium", Medium)
@pytest.mark.parametrize(
    ("resolution", "words"),
    [("unknown", "la situation est inconnue"), ("rule-removed", "retirée"), ("point-removed", "ne surveille plus")],
)
def test_an_end_that_is_not_the_waters_says_why(
    layouts: JinjaLayouts, flood: AlertChanged, medium: Medium, resolution: str, words: str
) -> None:
    ended = msgspec.structs.replace(flood, resolution=resolution)
    text = layouts.render(Kind.RESOLVE, medium, alert_facts(ended, "V-7K3Q", "", ""))
    assert words in text.body
    assert "est terminée" not in text.body


@pytest.mark.parametrize(
    ("severity", "word"), [("red", "rouge"), ("minor", "mineur"), ("orange", "orange"), ("autre", "autre")]
)
def test_a_severity_is_told_in_french(layouts: JinjaLayouts, alert_of: AlertOf, severity: str, word: str) -> None:
    facts = alert_facts(alert_of(severity=severity), "V-7K3Q", "m", "")
    assert f", {word} :" in layouts.render(Kind.FIRE, Medium.SMS, facts).body


def test_a_fallback_is_told_whom_the_message_was_meant_for(
    layouts: JinjaLayouts, flood: AlertChanged, teams: Teams
) -> None:
    (recipient,) = team_recipients(teams, "gone")
    text = layouts.render(Kind.FIRE, Medium.EMAIL, alert_facts(flood, "V-7K3Q", "m", note_for(recipient)))
    assert "Message destiné à l'équipe « gone », inconnue." in text.body


def test_a_digest_lists_points_and_those_done_meanwhile(layouts: JinjaLayouts, alert_of: AlertOf) -> None:
    alert = alert_of()
    (group,) = groups_of(alert, alert.at)
    since, ended = alert.at, alert.at + timedelta(hours=1)
    places = [
        IncidentAlert(incident="i", alert="1", point="a", point_title="Aldi", message="80 %", since=since),
        IncidentAlert(
            incident="i",
            alert="2",
            point="b",
            point_title="Bois",
            message="Bois : 90 %",
            since=since,
            severity="red",
            severity_at=ended,
        ),
        IncidentAlert(
            incident="i", alert="3", point="c", point_title="Cap", message="", since=since, resolved_at=ended
        ),
    ]
    digest = Digest(incident="i", rule="r", rule_title="À collecter", team="t", sends_at=ended, due_at=ended)
    facts = digest_facts(digest, digested(places), group.opened(alert), "")
    text = layouts.render(Kind.DIGEST, Medium.EMAIL, facts)
    assert text.subject.startswith("À collecter : 2 lieux (V-")
    assert (
        "- Aldi : 80 % (depuis le 10/01 02:45)\n- Bois : 90 % (depuis le 10/01 02:45, rouge depuis le 10/01 03:45)\n"
        in text.body
    )
    assert "Terminé entre-temps :\n- Cap (du 10/01 02:45 au 10/01 03:45)\n" in text.body


@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        (Kind.OVERRIDE_USED_UP, OverrideState.USED_UP, "suit de nouveau son calendrier"),
        (Kind.OVERRIDE_GRANTED_AGAIN, OverrideState.GRANTED_AGAIN, "la règle est vitale"),
    ],
)
def test_an_owner_reads_what_becomes_of_the_lights(
    layouts: JinjaLayouts, alert_of: AlertOf, kind: Kind, state: OverrideState, words: str
) -> None:
    event = OverrideChanged(
        override="o",
        state=state,
        alert="a",
        rule="gemapi.garonne",
        owner="gemapi",
        group="berges",
        level=100,
        reason="crue",
        at=alert_of().at,
    )
    text = layouts.render(kind, Medium.EMAIL, override_facts(event, ""))
    assert "berges" in text.subject
    assert words in " ".join(text.body.split())


CUTS = [
    ("floor", "r", "La règle « r » demande 20 %", "12 luminaire(s) restent à 40 % et jusqu'à 70 %."),
    ("floor", "", "Une commande manuelle demande 20 %", "niveau minimal"),
    ("dwell", "r", "20 % au groupe de luminaires « berges »", "ne baissent pas deux fois"),
    ("step", "r", "20 %", "par paliers. Le"),
    ("share", "r", "20 %", "les uns après les autres"),
]


@pytest.mark.parametrize(("cut", "rule", "asked", "done"), CUTS)
def test_an_owner_reads_what_limits_cut_and_what_is_done_instead(
    layouts: JinjaLayouts, alert_of: AlertOf, cut: str, rule: str, asked: str, done: str
) -> None:
    event = OverrideChanged(
        override="o", state=OverrideState.CUT, alert="a", rule=rule, owner="gemapi", group="berges", level=20,
        reason="rue vide", at=alert_of().at, cut=cut, done=40, done_most=70, luminaires=12,
    )  # fmt: skip
    text = layouts.render(Kind.OVERRIDE_CUT, Medium.EMAIL, override_facts(event, ""))
    said = " ".join(text.body.split())
    assert text.subject.startswith("Éclairage de berges : ")
    assert asked in said
    assert done in said


def test_values_are_text_and_never_a_layout(layouts: JinjaLayouts, flood: AlertChanged) -> None:
    text = layouts.render(Kind.FIRE, Medium.SMS, alert_facts(flood, "V-7K3Q", "{{ 7 * 7 }}", ""))
    assert "{{ 7 * 7 }}" in text.body


def test_a_long_message_keeps_its_code(layouts: JinjaLayouts, flood: AlertChanged) -> None:
    text = layouts.render(Kind.FIRE, Medium.SMS, alert_facts(flood, "V-7K3Q", "ê" * 900, ""))
    assert "V-7K3Q" in text.body[:20]
    assert length(text.body) <= LIMIT
    assert is_gsm(text.body)


def test_facts_that_lack_what_a_layout_names_are_an_error(layouts: JinjaLayouts) -> None:
    facts = DigestFacts(code="c", rule_title="r", moment="m", firing=(), resolved=(), note="")
    with pytest.raises(UndefinedError):
        layouts.render(Kind.FIRE, Medium.EMAIL, facts)
