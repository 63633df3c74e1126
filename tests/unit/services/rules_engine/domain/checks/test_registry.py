import sys
from pathlib import Path

from services.rules_engine.domain import checks

# What checks are, rather than checks.
SHARED = {"__init__", "check"}


def test_a_check_is_one_file_and_one_test_of_the_same_slug():
    slugs = {check.slug for check in checks.ALL}
    modules = {path.stem for path in Path(checks.__file__).parent.glob("*.py")} - SHARED
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert modules == {slug.replace("-", "_") for slug in slugs}
    assert modules <= tests


def test_a_slug_stands_in_the_module_of_its_name():
    for check in checks.ALL:
        module = check.find.__module__
        assert module.rpartition(".")[2] == check.slug.replace("-", "_")
        assert check.slug == sys.modules[module].SLUG


def test_no_check_is_listed_twice():
    assert len({check.find for check in checks.ALL}) == len(checks.ALL)
