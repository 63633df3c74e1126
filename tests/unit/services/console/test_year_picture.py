"""The picture of a year: SVG that any reader takes, said in words too."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from msgspec import structs

from services.console.lighting_colours import NIGHT, colour_of
from services.console.year_picture import drawn
from services.lighting_controller.domain.calendars.planning import YearPlan
from tests.unit.services.lighting_controller.domain.calendars.test_planning import plan

SVG = "{http://www.w3.org/2000/svg}"


def read(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - our own


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in read(picture).iter(f"{SVG}text")]


@pytest.fixture(scope="module")
def year() -> YearPlan:
    return plan(2028)


def test_picture_has_a_title_and_says_in_words_what_it_shows(year: YearPlan) -> None:
    root = read(drawn(year))
    assert (root.get("role"), root.get("aria-labelledby"), root.get("lang")) == ("img", "title desc", "fr")
    assert root.findtext(f"{SVG}title") == "Quai : plan d’éclairage 2028"
    told = root.findtext(f"{SVG}desc") or ""
    for words in ("Quais.", "14 juillet le 14/07", "02/2028 :", "de 01:00 à 05:00 depuis le 01/01/2020 : Arrêté 1"):
        assert words in told


def test_special_nights_changes_of_the_clocks_levels_and_programmes_are_named(year: YearPlan) -> None:
    shown = texts(drawn(year))
    for words in (
        "14 juillet",
        "26 mars : heure d’été",
        "29 octobre : heure d’hiver",
        "100 %",
        "70 %",
        "éteint la nuit",
    ):
        assert words in shown
    assert {"ordinaire (365 nuits)", "fête (1 nuit)"} <= set(shown)


def test_each_night_has_its_column_and_each_level_its_hours(year: YearPlan) -> None:
    paths = {path.get("fill"): path.get("d") or "" for path in read(drawn(year)).iter(f"{SVG}path") if path.get("fill")}
    columns = {colour: {x for x, _ in re.findall(r"M([\d.]+) ([\d.]+)", d)} for colour, d in paths.items()}
    assert len(columns[colour_of(100)]) == len(year.nights) == 366
    assert len(columns[NIGHT]) == 365, "but for 14 July"
    heights = sum(float(height) for height in re.findall(r"v([\d.]+)", paths[NIGHT]))
    # 19.5 places an hour; four hours in each night, three and five in those of the clocks.
    assert heights == pytest.approx(19.5 * 4 * 365, abs=1)


def test_names_cannot_break_the_picture(year: YearPlan) -> None:
    odd = structs.replace(year, title='<Quai> & "co"', calendar="a < b & c")
    assert '<Quai> & "co" – plan d’éclairage 2028' in texts(drawn(odd))


def test_brighter_levels_have_brighter_colours() -> None:
    lights = [sum(int(colour_of(level)[at : at + 2], 16) for at in (1, 3, 5)) for level in range(1, 101)]
    assert lights == sorted(lights)


def test_29_february_is_a_column_of_its_own(year: YearPlan) -> None:
    assert [night.night for night in year.nights].count(date(2028, 2, 29)) == 1
