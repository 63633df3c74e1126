"""Each fault in an inventory is told with its place and a hint."""

from dataclasses import replace

import pytest

from services.device_registry.domain.loading import load
from shared.errors import ProblemsFound

SQUARE = "[5.3, 43.2], [5.5, 43.2], [5.5, 43.4], [5.3, 43.4], [5.3, 43.2]"
SQUARE_SWAPPED = "[43.2, 5.3], [43.2, 5.5], [43.4, 5.5], [43.4, 5.3], [43.2, 5.3]"

# What is spoilt, with what (the arrow stands where the problem must point), slug, words in the message or the hint.
CASES = {
    "an unknown property": ("accuracy: 1 cm", "→acuracy: 1 cm", "unknown-property", "did you mean 'accuracy'"),
    "a missing property": (
        "level: {title: {fr: Hauteur, en: Level}, unit: m, range: [-200 cm, 15], accuracy: 1 cm}",
        "level: →{title: {fr: Hauteur, en: Level}, unit: m, range: [0, 9]}",
        "shape",
        "accuracy",
    ),
    "an unknown unit": ("unit: m,", "unit: →metre,", "unit", "no unit 'metre'"),
    "a range in a unit of another sort": ("-200 cm", "→-200 %", "unit", "can't be converted"),
    "a range without end": ("[-200 cm, 15]", "[-200 cm, →1e400]", "unit", "too large"),
    "a range upside down": ("[-200 cm, 15]", "→[15, -200 cm]", "range", "smallest value comes first"),
    "no accuracy": ("accuracy: 1 cm", "accuracy: →0 cm", "accuracy", "more than 0"),
    "no period": ("period: 15 min", "period: →0 min", "duration", "no time at all"),
    "a property that no rule can name": (
        "      level: {title: {",
        "      Le Niveau: →{title: {",
        "property-name",
        "small letters",
    ),
    "a model of an unknown kind": (
        "Gauge}\n    kind: water",
        "Gauge}\n    kind: →watr",
        "unknown-kind",
        "did you mean 'water'",
    ),
    "a model's property that its kind lacks": (
        "level: {path: h,",
        "levl: →{path: h,",
        "unknown-property",
        "did you mean 'level'",
    ),
    "a model's unit of another sort": (
        "path: h, unit: mm",
        "path: h, unit: →dB",
        "unit",
        "can't be converted to water's 'm'",
    ),
    "a scale that tells nothing": ("path: h, unit: mm", "path: h, unit: mm, scale: →0", "scale", "what one step"),
    "an id of digits alone": ("  - id: G1\n", "  - id: G1\n  - id: →1\n", "shape", "put it in quotes"),
    "an id with a space": ("  - id: quay", "  - id: →the quay", "id", "letters without accents"),
    "an id twice": ("  - id: G2\n", "  - id: G2\n  - →id: G2\n", "repeated-id", "city.yaml:33"),
    "a DevEUI that is none": ("70-B3-D5-7B-A0-00-3B-B8", "→70-B3", "dev-eui", "16 hexadecimal"),
    "a DevEUI twice": (
        "  - id: G2\n  - {",
        "  - {id: G2, dev_eui: 70b3d57ba0003bb8}\n  - →{",
        "repeated-id",
        "city.yaml:33",
    ),
    "a point of an unknown kind": ("    kind: lamp\n", "    kind: →lmap\n", "unknown-kind", "did you mean 'lamp'"),
    "a point of an unknown directorate": (
        "    directorate: light\n",
        "    directorate: →lights\n",
        "unknown-directorate",
        "did you mean 'light'",
    ),
    "a point of an unknown site": (
        "    site: cabinet\n",
        "    site: →cabnet\n",
        "unknown-site",
        "did you mean 'cabinet'",
    ),
    "a site without a title": ("{id: cabinet, title: Armoire du pont}", "→{id: cabinet}", "shape", "title"),
    "a site with an accent in its id": ("sites:\n", "sites:\n  - {id: →côté, title: Autre}\n", "id", "without accents"),
    "a site twice": (
        "  - {id: cabinet, title: Armoire du pont}\n",
        "  - {id: cabinet, title: Armoire du pont}\n  - →{id: cabinet, title: Autre armoire}\n",
        "repeated-id",
        "city.yaml:38",
    ),
    "a device of an unknown model": ("model: sonar", "model: →sonnar", "unknown-model", "did you mean 'sonar'"),
    "an unknown device": ("device: G2", "device: →G3", "unknown-device", "no device 'G3'"),
    "an unknown member": ("points: [lamp]", "points: [lamp, →lampe]", "unknown-point", "did you mean 'lamp'"),
    "an unknown zone": ("Australia/Melbourne", "→Melbourne", "zone", "Europe/Paris"),
    "a day that is none": ("2021-07-01T00:00", "→2021-02-30", "time", "not a day or a time"),
    "a device that leaves before it comes": ("until: 2021-07-01", "until: →2019-07-01", "mount-times", "after it came"),
    "an offset for what isn't observed": (
        "offsets: {level: 2 cm}",
        "offsets: {levle: →2 cm}",
        "unknown-property",
        "it has: level",
    ),
    "an offset in a unit of another sort": ("level: 2 cm", "level: →2 %", "unit", "can't be converted"),
    "a sensor that looks down from nowhere": (
        "{device: S1, since: 2021-07-01T00:00, sensor_height: 4.2 m",
        "→{device: S1, since: 2021-07-01T00:00",
        "sensor-height",
        "from which height",
    ),
    "a device at a point of another kind": (
        "    kind: lamp\n",
        "    kind: lamp\n    mounted: [→{device: G2, since: 2015-01-01, until: 2016-01-01}]\n",
        "kind",
        "gauge is for points of kind water",
    ),
    "two devices that observe the same": (
        "until: 2021-07-01}\n      - {",
        "until: 2021-07-02}\n      - →{",
        "two-devices",
        "G1 observes level at bridge then",
    ),
    "a device at two places": (
        '{device: G2, since: "2021-01-01T10:00:00Z"',
        "→{device: G1, since: 2021-06-30",
        "two-places",
        "say until when it stands at bridge",
    ),
    "a longitude that is none": ("longitude: 6.00", "longitude: →600", "coordinates", "no such place"),
    "swapped coordinates of a point": (
        "longitude: 5.40\n    latitude: 43.30",
        "longitude: →43.30\n    latitude: 5.40",
        "coordinates",
        "did you swap longitude and latitude?",
    ),
    "swapped coordinates of an area": (
        f"[\n     [{SQUARE}]",
        f"→[\n     [{SQUARE_SWAPPED}]",
        "coordinates",
        "did you swap longitude and latitude?",
    ),
    "an area beyond the pole": ("[5.5, 43.4]", "→[5.5, 143.4]", "coordinates", "no such place"),
    "a ring that isn't closed": (f"[{SQUARE}]", f"→[{SQUARE}, [5, 43]]", "area-ring", "the last is the first again"),
    "a position without latitude": ("[5.5, 43.4]", "→[5.5]", "coordinates", "a longitude and a latitude"),
    "an area that is a line": ('"Polygon"', '→"LineString"', "shape", "LineString"),
    "an area without a title": (
        '"properties": {"id": "centre", "title_fr": "Centre",',
        '"properties": →{"id": "centre",',
        "shape",
        "title_fr",
    ),
}


def place_of_arrow(sources):
    (source,) = (source for source in sources if "→" in source.text)
    before = source.text.partition("→")[0]
    return f"{source.file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.mark.parametrize(("old", "new", "slug", "words"), CASES.values(), ids=CASES)
def test_a_fault_is_told_once_with_its_place_and_a_hint(city, old, new, slug, words):
    sources = city(old, new)
    with pytest.raises(ProblemsFound) as raised:
        load([replace(source, text=source.text.replace("→", "")) for source in sources])
    (problem,) = raised.value.problems
    assert str(problem).startswith(f"{place_of_arrow(sources)}: error[{slug}]: ")
    assert words in str(problem)
