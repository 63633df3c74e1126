"""What is said beside the table of a point's observations."""

from datetime import UTC, datetime

import msgspec
import pytest

from services.portal.domain.describing import describe
from services.portal.domain.wording import Wording
from shared.model.observations import Quality
from tests.portal import metropolis

POINT = next(item for item in metropolis.POINTS if item.id == "bruit-quai")


KIND = msgspec.structs.replace(metropolis.NOISE, properties={"laeq": metropolis.LAEQ, "lafmax": metropolis.LAEQ})


def told(language="en", names=("laeq",), **changes):
    return "\n".join(describe(msgspec.structs.replace(POINT, **changes), KIND, names, Wording(language)))


@pytest.mark.parametrize(
    ("changes", "said", "never"),
    [
        pytest.param({}, "no real measurement", "own measurements", id="simulated"),
        pytest.param({"simulated": False}, "own measurements", "no real measurement", id="measured"),
        pytest.param(
            {"simulated": False, "recording": metropolis.ELSEWHERE}, "Licence: Apache-2.0", "own meas", id="recorded"
        ),
        pytest.param(
            {"simulated": False, "retired": datetime(2022, 1, 1, tzinfo=UTC)}, "own meas", "simulated p", id="retired"
        ),
    ],
)
def test_origin_is_told_as_it_is(changes, said, never):
    text = told(**changes)
    assert said in text
    assert never not in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_of_quality_is_told_what_it_means(language):
    meant = {line[2:].split(":")[0].strip() for line in told(language).splitlines() if line.startswith("- ")}
    assert {quality.value for quality in Quality} <= meant


def test_properties_have_their_units():
    assert "- laeq: LAeq [dB]" in told()
    assert "Europe/Paris" in told()


def test_only_what_was_observed_is_told_of_and_all_where_nothing_was():
    assert "- lafmax:" not in told()
    assert all(f"- {name}: LAeq [dB]" in told(names=()) for name in KIND.properties)
