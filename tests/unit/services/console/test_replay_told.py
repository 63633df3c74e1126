"""What ``vigie replay`` says of each change of an alert."""

import pytest

from services.console.commands.replay import _in_french


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("fired", "déclenchée"),
        ("worsened@2022-01-10T10:15:00+00:00", "aggravée  "),
        ("eased@2022-01-11T19:30:00+00:00", "apaisée   "),
        ("resolved", "terminée  "),
    ],
)
def test_each_change_has_its_word(kind, word):
    told = {"kind": kind, "at": "2022-01-10T10:15:00+00:00", "rule": "gemapi.crue", "point": "toulouse"}
    assert _in_french(told) == f"10/01 11:15  {word}  gemapi.crue  toulouse"
