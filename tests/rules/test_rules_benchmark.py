"""The benchmark of the rules still runs; what it finds is no matter of a test, whose machine has other things to do."""

import json

import pytest

from benchmarks import rules


@pytest.mark.slow
def test_the_rules_are_measured_to_the_end_and_told_in_one_line(capsys):
    rules.main(["--quick"])
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["goal"].keys() == said["reached"].keys() <= said["ratios"].keys()
    assert said["figures"]["compiled_ns"] > 0
    assert said["figures"]["bytes_per_point"] > 1000
