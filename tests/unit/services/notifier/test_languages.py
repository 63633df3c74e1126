"""Every notice exists in French and in English, and a city's own layouts are tried before they are needed."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from services.notifier.checking_layouts import FOLDER, checked_layouts
from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.composing.rendering import alert_facts, plain_text
from services.notifier.domain.composing.samples import sample_facts
from services.notifier.domain.delivering.notification import Kind
from services.notifier.domain.sms_text import is_gsm
from services.notifier.layouts import JinjaLayouts, layout_name
from shared.errors import ProblemsFound
from tests.alerts import firing_alert

THERE = [
    combination
    for combination in product(Kind, Medium, Language)
    if layout_name(*combination) in JinjaLayouts("https://v.test").names
]


@pytest.fixture(scope="module")
def layouts() -> JinjaLayouts:
    return JinjaLayouts("https://vigie.example.org")


def test_each_layout_has_its_twin_in_the_other_language(layouts: JinjaLayouts) -> None:
    by_language = [{name[3:] for name in layouts.names if name.startswith(f"{code.value}/")} for code in Language]
    assert by_language[0] == by_language[1]
    assert len(layouts.names) == 2 * len(by_language[0])


@pytest.mark.parametrize(("kind", "medium", "language"), THERE)
def test_each_notice_can_be_set(layouts: JinjaLayouts, kind: Kind, medium: Medium, language: Language) -> None:
    text = layouts.render(kind, medium, sample_facts(kind, language), language)
    assert text.body.strip()
    assert bool(text.subject) == (medium is Medium.EMAIL)
    assert medium is not Medium.SMS or is_gsm(text.body)


def test_an_english_reader_is_told_in_english(layouts: JinjaLayouts) -> None:
    facts = alert_facts(firing_alert(severity="red", was="yellow"), "V-7K3Q", "Toulouse : 2,02 m", "", Language.ENGLISH)
    mail = layouts.render(Kind.WORSEN, Medium.EMAIL, facts, Language.ENGLISH)
    assert mail.subject == "[worse, red] Garonne : vigilance orange – Toulouse (V-7K3Q)"
    assert "Level: red (was yellow)\nSince Monday 10 January 2022 at 02:45\n" in mail.body
    text = layouts.render(Kind.FIRE, Medium.SMS, facts, Language.ENGLISH)
    assert text.body == "Vigie V-7K3Q, red: Toulouse : 2,02 m (10/01 02:45)"


def test_a_webhook_gets_the_facts_and_the_text(layouts: JinjaLayouts) -> None:
    text = layouts.render(Kind.FIRE, Medium.WEBHOOK, sample_facts(Kind.FIRE, Language.FRENCH))
    said = json.loads(text.body)
    assert said["facts"]["level"] == "orange"
    assert said["facts"]["began_at"] == "2022-01-10T01:45:00+00:00"
    assert said["text"].startswith("Garonne à Toulouse : 2,02 m")


def test_a_code_is_spelled_out_in_a_call(layouts: JinjaLayouts) -> None:
    text = layouts.render(Kind.FIRE, Medium.VOICE, sample_facts(Kind.FIRE, Language.FRENCH))
    assert text.body.endswith("Incident V, 7, K, 3, Q.")


@pytest.mark.parametrize("language", Language)
def test_what_is_told_again_is_told_without_its_frame(layouts: JinjaLayouts, language: Language) -> None:
    facts = sample_facts(Kind.FIRE, language)
    said = [layouts.render(Kind.FIRE, medium, facts, language) for medium in (Medium.SMS, Medium.VOICE, Medium.EMAIL)]
    plain = [plain_text(text.subject, text.body) for text in said]
    assert all("V-7K3Q" not in text and "Vigie" not in text and "V, 7" not in text for text in plain)
    assert plain[0].startswith("orange")


def own(folder: Path, name: str, text: str) -> Path:
    file = folder / FOLDER / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_citys_own_layout_goes_before_the_packaged_one(tmp_path: Path) -> None:
    own(tmp_path, "fr/fire.sms.txt", "Ville : {{ message }} ({{ code }})")
    layouts = checked_layouts("https://v.test", tmp_path)
    facts = sample_facts(Kind.FIRE, Language.FRENCH)
    assert layouts.render(Kind.FIRE, Medium.SMS, facts).body.startswith("Ville : Garonne")
    assert layouts.render(Kind.FIRE, Medium.EMAIL, facts).subject.startswith("[orange]")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "fr/fire.sms.txt",
            "un\n{{ mesage }}",
            r"fire\.sms\.txt:2:1: error\[layout\]: 'mesage' is undefined\n.*message",
        ),
        ("fr/fire.sms.txt", "un\n\n{% if %}", r"fire\.sms\.txt:3:1: error\[layout\]: that is not Jinja"),
        ("fr/fire.smss.txt", "un", r"fire\.smss\.txt:1:1: .*no layout 'fr/fire\.smss\.txt'\n.*'fr/fire\.sms\.txt'"),
        ("fr/fire.sms.txt", "{% if note %}x{% endif %}", r":1:1: error\[layout\]: it sets nothing"),
        ("en/fire.email.txt", "\nun", r":1:1: error\[layout\]: it sets nothing"),
        ("fr/fire.sms.txt", "\n{{ message.__class__.__mro__ }}", r":2:1: error\[layout\]: .*unsafe"),
        ("fr/fire.sms.txt", "{{ 1 / 0 }}", r":1:1: error\[layout\]: division by zero"),
    ],
    ids=["misspelt-fact", "syntax", "misspelt-file", "empty", "no-subject", "unsafe", "arithmetic"],
)
def test_a_fault_in_a_citys_own_layout_stops_the_start(tmp_path: Path, name: str, text: str, told: str) -> None:
    own(tmp_path, name, text)
    with pytest.raises(ProblemsFound, match=told):
        checked_layouts("https://v.test", tmp_path)


def test_a_layout_that_is_not_utf_8_stops_the_start(tmp_path: Path) -> None:
    own(tmp_path, "fr/fire.sms.txt", "").write_bytes(b"\xe9t\xe9")
    with pytest.raises(ProblemsFound, match="not UTF-8: byte 0"):
        checked_layouts("https://v.test", tmp_path)
