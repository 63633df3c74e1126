"""A small city that is right; a test spoils one place of it and says what must be told."""

import pytest

from services.device_registry.domain.loading import SourceText, load
from shared.errors import ProblemsFound

KINDS = """\
kinds:
  - id: water
    title: {fr: Eau, en: Water}
    period: 15 min
    max_delay: 1 h
    properties:
      level: {title: {fr: Hauteur, en: Level}, unit: m, range: [-200 cm, 15], accuracy: 1 cm}
  - id: lamp
    title: {fr: Lampe, en: Lamp}
    period: 1 h
    max_delay: 1 h
    stale_after: 90 min
    properties: {}
models:
  - id: gauge
    title: {fr: Station, en: Gauge}
    kind: water
    observes:
      level: {path: h, unit: mm}
  - id: sonar
    title: {fr: Sonde, en: Sonar}
    kind: water
    observes:
      level: {path: distance, unit: mm, measures: distance-from-above}
"""

CITY = """\
directorates:
  - {id: rivers, title: {fr: GEMAPI, en: Rivers}}
  - {id: light, title: {fr: Éclairage, en: Light}}
every_point:
  kind: water
  directorate: rivers
  recording: {period: {fr: hier, en: yesterday}, source: us, licence: free}
points:
  - id: bridge
    title: Au pont
    longitude: 5.40
    latitude: 43.30
    mounted:
      - {device: G1, since: 2020-01-01, until: 2021-07-01}
      - {device: S1, since: 2021-07-01T00:00, sensor_height: 4.2 m, offsets: {level: 2 cm}}
  - id: quay
    title: Au quai
    longitude: 6.00
    latitude: 43.30
    zone: Australia/Melbourne
    mounted: [{device: G2, since: "2021-01-01T10:00:00Z"}]
  - id: lamp
    title: Lampe
    kind: lamp
    directorate: light
    longitude: 5.41
    latitude: 43.31
    site: cabinet
    simulated: true
every_device: {model: gauge}
devices:
  - id: G1
  - id: G2
  - {id: S1, model: sonar, dev_eui: 70-B3-D5-7B-A0-00-3B-B8}
groups:
  - {id: bank, title: {fr: Berge, en: Bank}, directorate: light, points: [lamp]}
sites:
  - {id: cabinet, title: Armoire du pont}
"""

AREAS = """\
{"type": "FeatureCollection", "features": [
  {"type": "Feature", "properties": {"id": "centre", "title_fr": "Centre", "title_en": "Centre", "colour": "red"},
   "geometry": {"type": "Polygon", "coordinates": [
     [[5.3, 43.2], [5.5, 43.2], [5.5, 43.4], [5.3, 43.4], [5.3, 43.2]]
   ]}}
]}
"""


@pytest.fixture
def city():
    """The files of the city; ``city("old", "new")`` puts something else in one place of them."""

    def files(old="", new=""):
        texts = {"kinds.yaml": KINDS, "city.yaml": CITY, "areas.geojson": AREAS}
        if old:
            assert sum(text.count(old) for text in texts.values()) == 1, f"{old!r} must stand there once"
        return [SourceText(file, text.replace(old, new) if old else text) for file, text in texts.items()]

    return files


@pytest.fixture
def problems(city):
    """The problems of the city with something else in one place."""

    def found(old, new):
        with pytest.raises(ProblemsFound) as raised:
            load(city(old, new))
        return raised.value.problems

    return found
