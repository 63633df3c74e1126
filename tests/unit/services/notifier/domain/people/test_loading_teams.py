"""``teams.yaml``: what it gives, and what is said of each fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.people.loading_teams import load_teams
from shared.errors import ProblemsFound
from shared.runtime.settings import shipped_rules

GOOD = """\
fallback: ops
people:
  - id: camille
    name: Camille
    role: cadre
    phone: +33 6 39 98 01 01
    email: camille@example.org
  - id: ops
    name: Ops
    role: plateforme
    email: ops@example.org
teams:
  - id: astreinte
    title: Astreinte
    owner_of: gemapi
    channels: [sms, email]
    members: [camille, ops]
  - id: ops
    title: Ops
    channels: [email]
    members: [ops]
"""


def test_the_shipped_teams_have_the_duty_team_the_collection_and_three_owners() -> None:
    file = shipped_rules() / "teams.yaml"
    teams = load_teams(file.read_text(encoding="utf-8"), str(file))
    assert {"gemapi-astreinte", "dechets-collecte"} <= teams.by_id.keys()
    assert all(teams.owner(name) for name in ("gemapi", "dechets", "eclairage"))
    assert teams.by_id["dechets-collecte"].channels == (Medium.EMAIL,)


def test_shipped_people_are_fictional() -> None:
    file = shipped_rules() / "teams.yaml"
    people = {p for team in load_teams(file.read_text(encoding="utf-8"), "t").by_id.values() for p in team.members}
    assert all(person.phone is None or person.phone.startswith("+3363998") for person in people)
    assert all(person.email is None or person.email.endswith("@example.org") for person in people)


def test_a_number_loses_its_spaces() -> None:
    assert load_teams(GOOD, "teams.yaml").by_id["astreinte"].members[0].phone == "+33639980101"


def test_a_medium_reaches_those_members_who_have_it() -> None:
    team = load_teams(GOOD, "teams.yaml").by_id["astreinte"]
    assert [person.id for person in team.reached_by(Medium.SMS)] == ["camille"]
    assert [person.id for person in team.reached_by(Medium.EMAIL)] == ["camille", "ops"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(
            "role: cadre", "rolle: cadre", "t:5:5: error[unknown-property]: no property 'rolle'", id="property"
        ),
        pytest.param("role: cadre", "rolle: cadre", "did you mean 'role'?", id="property-hint"),
        pytest.param("people:", "peeple:", "t:2:1: error[unknown-property]", id="section"),
        pytest.param("[email]", "[mail]", "hint: l'un de / one of: sms, email, voice, webhook", id="medium"),
        pytest.param("+33 6 39 98 01 01", "06 39 98 01 01", "t:6:12: error[phone]", id="national-number"),
        pytest.param("+33 6 39 98 01 01", "+33639980101", "put it in quotes", id="number-read-as-integer"),
        pytest.param("+33 6 39 98 01 01", "+33 6", "not a number in E.164", id="short-number"),
        pytest.param("camille@example.org", "camille@example", "t:7:12: error[email]", id="email"),
        pytest.param("[camille, ops]", "[camile, ops]", "t:17:15: error[unknown-person]", id="unknown-person"),
        pytest.param("[camille, ops]", "[camile, ops]", "did you mean 'camille'?", id="unknown-person-hint"),
        pytest.param("[camille, ops]", "[ops]", "no member of 'astreinte' can be reached by sms", id="nobody-reached"),
        pytest.param("[sms, email]", "[fax]", "error[shape]", id="unknown-channel"),
        pytest.param("[sms, email]", "[]", "told over no channel", id="no-channel"),
        pytest.param("fallback: ops", "fallback: opps", "t:1:11: error[unknown-team]", id="unknown-fallback"),
        pytest.param("fallback: ops\n", "", "no team 'None' to fall back on", id="no-fallback"),
        pytest.param(
            "  - id: ops\n    title", "  - id: astreinte\n    title", "a second 'astreinte'", id="double-team"
        ),
        pytest.param("id: camille\n", "id: Camille R\n", "can't be an id", id="id"),
        pytest.param("title: Ops\n", "title: Ops\n    owner_of: gemapi\n", "has an owner already", id="two-owners"),
        pytest.param("    email: ops@example.org\n", "", "neither phone nor email", id="unreachable-person"),
    ],
)
def test_a_fault_is_told_with_its_place(old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(ProblemsFound) as caught:
        load_teams(GOOD.replace(old, new, 1), "t")
    assert told in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace("role: cadre", "rolle: cadre").replace("ops@example.org", "ops").replace("[email]", "[fax]")
    with pytest.raises(ProblemsFound) as caught:
        load_teams(text, "t")
    assert {problem.slug for problem in caught.value.problems} >= {"unknown-property", "email", "shape"}


def test_text_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(ProblemsFound, match="sections are wanted"):
        load_teams("- a\n", str(Path("teams.yaml")))


def test_people_show_no_address() -> None:
    person = load_teams(GOOD, "t").by_id["astreinte"].members[0]
    assert person.shown == "Camille, cadre"
    assert "+33" not in repr(person)
    assert "@" not in repr(person)


def test_a_team_may_have_a_webhook_of_its_own() -> None:
    text = GOOD.replace(
        "channels: [sms, email]", "webhook: https://crise.example.org/vigie\n    channels: [webhook, sms]"
    )
    teams = load_teams(text, "teams.yaml")
    told = [person for team in teams.by_id.values() for person in team.reached_by(Medium.WEBHOOK)]
    assert [(person.id, person.address(Medium.WEBHOOK)) for person in told] == [
        ("team:astreinte", "https://crise.example.org/vigie")
    ]
    assert "crise" not in repr(told)


@pytest.mark.parametrize("address", ["hook.example.org", "ftp://hook.example.org", "https://a:b@hook.example.org"])
def test_a_webhook_that_is_no_web_address_is_told_with_its_place(address: str) -> None:
    text = GOOD.replace("channels: [sms, email]", f'webhook: "{address}"\n    channels: [sms, email]')
    with pytest.raises(ProblemsFound, match=r"error\[webhook\]") as caught:
        load_teams(text, "teams.yaml")
    assert address not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "slug"),
    [
        pytest.param("role: cadre", "language: de\n    role: cadre", "shape", id="a person with a fault"),
        pytest.param("members: [camille, ops]", "members: [camile]", "unknown-person", id="a member misspelt"),
    ],
)
def test_one_slip_is_told_once(old: str, new: str, slug: str) -> None:
    with pytest.raises(ProblemsFound) as raised:
        load_teams(GOOD.replace(old, new), "t")
    assert [problem.slug for problem in raised.value.problems] == [slug]
