from pathlib import Path

from services.rules_engine.domain import checks

# What checks share, rather than checks.
SHARED = {"__init__", "check", "branches", "extent", "probing"}


def test_a_check_is_one_file_and_one_test_of_the_same_slug():
    slugs = {check.slug for check in checks.ALL}
    modules = {path.stem for path in Path(checks.__file__).parent.glob("*.py")} - SHARED
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert modules == {slug.replace("-", "_") for slug in slugs}
    assert modules <= tests


def test_no_slug_is_used_twice():
    assert len({check.slug for check in checks.ALL}) == len(checks.ALL)
