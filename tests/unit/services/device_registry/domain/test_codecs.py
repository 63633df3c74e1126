"""The layout of a make's frames is checked when it is written, not when the first frame comes."""

import pytest

from services.device_registry.domain.loading import SourceText, load
from shared.errors import ProblemsFound
from shared.model.codecs import Channel, ChannelCodec, FlagCodec, FlaggedSensor, FrameField
from shared.model.registry import BatteryField

TEXT = """\
kinds:
  - id: bin
    title: {fr: Borne, en: Bin}
    period: 1 h
    max_delay: 1 d
    properties:
      fill: {title: {fr: Remplissage, en: Fill}, unit: "%", range: [0, 100], accuracy: 1}
      passers: {title: {fr: Passants, en: Passers}, unit: "{count}", range: [0, 1000], accuracy: 1}
models:
  - id: sonar
    title: {fr: Sonde, en: Sonar}
    kind: bin
    observes:
      fill: {path: distance, unit: mm, measures: fill-from-above}
      passers: {path: total, unit: "{count}", measures: increase, wraps_at: 65536}
    battery: {path: battery, unit: "%"}
    codec:
      format: milesight
      channels:
        - {header: 01 75, reads: [{name: battery, format: u8}]}
        - {header: 03 82, reads: [{name: distance, format: u16, divisor: 2}]}
        - {header: 04 cc, reads: [{name: total, format: u16}]}
  - id: rangefinder
    title: {fr: Télémètre, en: Rangefinder}
    kind: bin
    observes:
      fill: {path: distance, unit: mm, measures: fill-from-above}
    codec:
      format: decentlab
      parameters: {step: 0.5}
      sensors:
        - {words: 2, reads: {distance: x0 * step}}
directorates:
  - {id: waste, title: {fr: Déchets, en: Waste}}
points:
  - id: square
    title: Place
    kind: bin
    directorate: waste
    longitude: 5.4
    latitude: 43.3
    mounted: [{device: S1, since: 2020-01-01, container_height: 180 cm, dead_zone: 30 cm}]
devices:
  - {id: S1, model: sonar}
"""


def inventory(text=TEXT):
    return load([SourceText("bins.yaml", text)])


def test_codecs_are_read_whole():
    rangefinder, sonar = inventory().models
    assert sonar.battery == BatteryField(path="battery", unit="%")
    assert sonar.codec == ChannelCodec(
        channels=(
            Channel(header="01 75", reads=(FrameField(name="battery", format="u8"),)),
            Channel(header="03 82", reads=(FrameField(name="distance", format="u16", divisor=2.0),)),
            Channel(header="04 cc", reads=(FrameField(name="total", format="u16"),)),
        )
    )
    sensor = FlaggedSensor(words=2, reads={"distance": "x0 * step"})
    assert rangefinder.codec == FlagCodec(sensors=(sensor,), parameters={"step": 0.5})


# What is spoilt, with what (the arrow stands where the problem must point), slug, words in the message or the hint.
CASES = {
    "an unknown format": ("format: milesight", "format: milesite", "codec", "format: milesight or decentlab"),
    "an unknown property": ("      sensors:", "      →sensor:", "unknown-property", "did you mean 'sensors'"),
    "a header that is none": ("header: 03 82", "header: →0382", "codec", "01 75"),
    "a header of digits alone": ("header: 03 82", "header: →382", "shape", "put it in quotes"),
    "a header twice": (
        "      channels:\n        - {header: 01 75",
        "      channels: \n        →- {header: 03 82",
        "codec",
        "2 times",
    ),
    "an unknown number format": ("format: u16, divisor", "format: →u64, divisor", "shape", "u64"),
    "a number divided by nothing": ("divisor: 2", "divisor: →0", "codec", "tells nothing"),
    "hex without length": ("{name: battery, format: u8}", "→{name: battery, format: hex}", "codec", "length"),
    "a number with a length": (
        "{name: battery, format: u8}",
        "→{name: battery, format: u8, length: 1}",
        "codec",
        "hex",
    ),
    "a name with a dot": ("{name: distance,", "{name: →a.b,", "codec", "can't be a name"),
    "a formula that is none": ("distance: x0 * step", "distance: →x0 * * step", "formula", "wanted at 6"),
    "a formula with a word too many": ("distance: x0 * step", "distance: →x2 * step", "formula", "no value 'x2'"),
    "a formula that is a number": ("reads: {distance: x0 * step", "reads: →{distance: 3", "shape", "put it in quotes"),
    "a sensor without words": ("words: 2", "words: →0", "codec", "1 to 100"),
    "a parameter that is endless": ("step: 0.5", "step: →1e999", "codec", "too large"),
    "a battery in another unit": ('unit: "%"}\n    codec', "unit: →mV}\n    codec", "shape", "mV"),
    "a path that the codec never reads": ("path: total,", "path: →totl,", "unknown-path", "did you mean 'total'"),
    "a battery that the codec never reads": ("path: battery,", "path: →charge,", "unknown-path", "it reads: battery"),
    "a wrap of what does not grow": (", measures: increase", ", measures: value", "wrap", "measures: increase"),
    "a wrap at nothing": ("wraps_at: 65536", "wraps_at: →0", "wrap", "65536"),
    "a container of unknown depth": (
        "{device: S1, since: 2020-01-01, container_height: 180 cm,",
        "→{device: S1, since: 2020-01-01,",
        "container-height",
        "how deep",
    ),
    "a container that is always full": ("dead_zone: 30 cm", "dead_zone: →2 m", "container-height", "above the bottom"),
    "a fill level that is told by no distance": (
        "fill: {path: distance, unit: mm, measures: fill-from-above}\n      passers",
        'fill: {path: distance, unit: →"%", measures: fill-from-above}\n      passers',
        "unit",
        "no distance",
    ),
    "a fill level that is no share": (
        'passers: {path: total, unit: "{count}", measures: increase, wraps_at: 65536}',
        "passers: {path: total, unit: mm, measures: →fill-from-above}",
        "unit",
        "is a share",
    ),
}


@pytest.mark.parametrize(("old", "new", "slug", "says"), CASES.values(), ids=CASES)
def test_a_fault_is_told_with_its_place(old, new, slug, says):
    assert TEXT.count(old) == 1
    spoilt = TEXT.replace(old, new)
    with pytest.raises(ProblemsFound) as raised:
        inventory(spoilt.replace("→", ""))
    (problem,) = raised.value.problems
    assert problem.slug == slug
    assert says in f"{problem.message} {problem.hint}"
    if "→" in spoilt:
        before = spoilt[: spoilt.index("→")]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        assert (problem.span.line, problem.span.column) == (line, column)
