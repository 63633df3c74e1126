"""How numbers, times and texts are written."""

import re
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import services.portal
from services.portal.domain.pages import PAGES, THEMED
from services.portal.domain.severity import Tone, severity_word, tone_of, urgency
from services.portal.domain.texts import TEXTS
from services.portal.domain.wording import Wording
from shared.model.registry import Text

FRENCH, ENGLISH = Wording("fr"), Wording("en")
MOMENT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
NB, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(FRENCH.quantity(2.0249, "m", 0.01), f"2,02{NB}m", id="metres"),
        pytest.param(ENGLISH.quantity(2.0249, "m", 0.01), f"2.02{NB}m", id="metres, English"),
        pytest.param(FRENCH.quantity(-0.3, "m", 0.01), f"−0,30{NB}m", id="below zero"),
        pytest.param(FRENCH.percent(80), f"80{NB}%", id="percent"),
        pytest.param(ENGLISH.percent(80), "80%", id="percent, English"),
        pytest.param(ENGLISH.quantity(12, "{count}", 1), "12", id="no unit to show"),
        pytest.param(ENGLISH.quantity(5, "%/d", 1), "5%/d", id="rate by day, English"),
        pytest.param(FRENCH.quantity(5, "%/d", 1), f"5{NB}%/j", id="rate by day"),
        pytest.param(ENGLISH.quantity(-6, "deg", 1), "−6°", id="angle, English"),
        pytest.param(FRENCH.number(1234567.25, 1), f"1{NARROW}234{NARROW}567,2", id="thousands"),
        pytest.param(ENGLISH.number(1234567.25, 1), "1,234,567.2", id="thousands, English"),
        pytest.param(FRENCH.moment(MOMENT), f"10/01{NB}à{NB}02:45", id="moment"),
        pytest.param(ENGLISH.moment(MOMENT), f"10{NB}Jan{NB}02:45", id="moment, English"),
        pytest.param(FRENCH.moment(MOMENT, ZoneInfo("Australia/Melbourne")), f"10/01{NB}à{NB}12:45", id="Melbourne"),
        pytest.param(FRENCH.full_moment(MOMENT), f"lundi 10 janvier 2022 à 02{NARROW}h{NARROW}45", id="in full"),
        pytest.param(ENGLISH.full_moment(MOMENT), "Monday 10 January 2022, 02:45", id="in full, English"),
        pytest.param(FRENCH.day(MOMENT), "lun. 10/01", id="day"),
        pytest.param(ENGLISH.day(MOMENT), "Mon 10 Jan", id="day, English"),
        pytest.param(FRENCH.duration(timedelta(days=2, hours=19, minutes=3)), f"2{NB}j{NB}19{NB}h", id="days"),
        pytest.param(FRENCH.duration(timedelta(days=1, minutes=3)), f"1{NB}j", id="a day and minutes"),
        pytest.param(ENGLISH.duration(timedelta(hours=3, minutes=5)), f"3{NB}h{NB}05", id="hours"),
        pytest.param(FRENCH.duration(timedelta(minutes=12)), f"12{NB}min", id="minutes"),
        pytest.param(FRENCH.pick(Text(fr="Bruit", en="Noise")), "Bruit", id="text"),
        pytest.param(ENGLISH.pick(Text(fr="Bruit", en="Noise")), "Noise", id="text, English"),
        pytest.param(ENGLISH.zone_city(ZoneInfo("Australia/Melbourne")), "Melbourne", id="city of a zone"),
    ],
)
def test_values_are_written_as_the_reader_expects(written, expected):
    assert written == expected


def test_every_text_has_the_same_gaps_in_both_languages():
    def gaps(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    assert [name for name, (french, english) in TEXTS.items() if gaps(french) != gaps(english)] == []


def test_french_signs_keep_their_distance():
    wrong = [
        name for name, (french, _) in TEXTS.items() if re.search(r"(?<![0-9])(?<![\xa0\u202f])[:;!?](?!/)", french)
    ]
    assert wrong == []
    assert [name for name, (french, _) in TEXTS.items() if "'" in french or "..." in french] == []


BUILT = ("about-", "error-", "figure-", "nav-", "points-", "quality-", "state-", "title-", "why-")


def test_every_text_is_used_and_every_text_used_exists():
    folder = Path(services.portal.__file__).parent
    files = [file for suffix in ("py", "html") for file in folder.rglob(f"*.{suffix}") if file.parent.name != "texts"]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    named = [name for name in TEXTS if not name.startswith(BUILT)]
    unused = [name for name in named if not re.search(rf"""["']{name.removesuffix("-one")}["']""", source)]
    assert unused == []
    said = set(re.findall(r"""say\(\s*["']([a-z0-9-]+)["']""", source))
    assert {name for name in said - set(TEXTS) if not name.endswith("-")} == set()
    assert {name for name in said if name.endswith("-")} <= set(BUILT)


def test_every_page_has_its_name_and_its_title():
    assert [page.id for page in PAGES if not {f"nav-{page.id}", f"title-{page.id}"} <= set(TEXTS)] == []
    assert [page.id for page in THEMED if not {f"about-{page.id}", f"points-{page.id}"} <= set(TEXTS)] == []


@pytest.mark.parametrize(
    ("severity", "criticality", "tone"),
    [
        pytest.param("rouge", "normal", Tone.DANGER, id="red"),
        pytest.param("Orange", "normal", Tone.WARNING, id="case does not count"),
        pytest.param("yellow", "vital", Tone.NOTICE, id="the word counts before the criticality"),
        pytest.param("niveau 4", "vital", Tone.WARNING, id="unknown word of a vital rule"),
        pytest.param("", "comfort", Tone.NOTICE, id="no word"),
    ],
)
def test_tone_follows_the_owners_word(severity, criticality, tone):
    assert tone_of(severity, criticality) is tone


@pytest.mark.parametrize(
    ("word", "french", "english"),
    [
        pytest.param("red", "rouge", "red", id="English word"),
        pytest.param("rouge", "rouge", "red", id="French word"),
        pytest.param("niveau 4", "niveau 4", "niveau 4", id="the owner's own"),
    ],
)
def test_common_severities_are_translated(word, french, english):
    assert (severity_word(word, "fr"), severity_word(word, "en")) == (french, english)


def test_vital_comes_first_then_the_worst_tone():
    ranked = [("jaune", "comfort"), ("rouge", "normal"), ("jaune", "vital"), ("rouge", "vital"), ("vert", "normal")]
    assert sorted(ranked, key=lambda item: urgency(*item)) == [
        ("rouge", "vital"),
        ("jaune", "vital"),
        ("rouge", "normal"),
        ("vert", "normal"),
        ("jaune", "comfort"),
    ]
