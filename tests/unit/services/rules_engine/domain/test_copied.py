"""A folder that was copied under another name is told as that, and nothing else is."""

import pytest

from services.rules_engine.domain.copied import copies

A, B, C = "- id: a\n", "- id: b\n", "- id: c\n"
KNOWN = {"gemapi/x.yaml": A + B, "bruit/x.yaml": C, "teams.yaml": "teams: []\n"}


def test_a_copy_names_its_original():
    (said,) = copies({**KNOWN, "gemapi2/x.yaml": A + B}, KNOWN)
    assert said.startswith("le dossier 'gemapi2' est une copie du dossier 'gemapi' : 2 règle(s)")
    assert "the folder 'gemapi2' is a copy of the folder 'gemapi': 2 rule(s)" in said


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({**KNOWN, "neuf/x.yaml": "- id: d\n"}, id="a new folder"),
        pytest.param({**KNOWN, "neuf/x.yaml": "- id: d\n- id: e\n" + A}, id="a new folder with one rule of another's"),
        pytest.param({"gemapi2/x.yaml": A + B, "bruit/x.yaml": C}, id="a folder has another name now"),
        pytest.param({**KNOWN, "bruit/x.yaml": A + B}, id="a folder that was there takes another's rules"),
        pytest.param({**KNOWN, "neuf/x.yaml": "rules: none\n"}, id="a file that holds no rules"),
    ],
)
def test_all_else_is_for_the_checks_to_tell(files):
    assert list(copies(files, KNOWN)) == []


def test_a_copy_that_cannot_be_read_is_a_copy_all_the_same():
    (said,) = copies({**KNOWN, "gemapi2/x.yaml": A + B + "  [\n"}, KNOWN)
    assert "copie" in said
