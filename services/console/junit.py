"""The outcome of tests in the XML that continuous integration reads, in the form that JUnit made common."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from services.console.testing_rules import Tally, Tested
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.testing.timeline import text_of, timeline
from shared.problems import Problem

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(tally: Tally, others: Mapping[str, Rule]) -> str:
    """A suite for each file of rules, a case for each test; what can't be read is a case with an error."""
    root = ET.Element("testsuites", name="vigie rules test", time=f"{tally.seconds:.3f}")
    files = sorted({each.rule.file for each in tally.tested} | {problem.file for problem in tally.problems})
    for file in files:
        tested = [each for each in tally.tested if each.rule.file == file]
        problems = [problem for problem in tally.problems if problem.file == file]
        _suite(root, file, tested, problems, others)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(
    root: ET.Element, file: str, tested: Sequence[Tested], problems: Sequence[Problem], others: Mapping[str, Rule]
) -> None:
    failed = sum(not each.result.passed for each in tested)
    suite = ET.SubElement(
        root,
        "testsuite",
        name=_clean(file),
        tests=str(len(tested) + len(problems)),
        failures=str(failed),
        errors=str(len(problems)),
        time=f"{sum(each.seconds for each in tested):.3f}",
    )
    for each in tested:
        _case(suite, each, others)
    for problem in problems:
        _error(suite, problem)


def _case(suite: ET.Element, tested: Tested, others: Mapping[str, Rule]) -> None:
    case = tested.result.case
    element = _element(suite, case.name, tested.rule.id, case.rule.file, case.place.span.line, tested.seconds)
    if tested.result.passed:
        return
    failures = tested.result.failures
    said = [f"{each.place.document.file}:{each.place.span.line}: {each.said.fr}" for each in failures]
    failure = ET.SubElement(element, "failure", message=_clean(failures[0].said.fr), type="expectation")
    failure.text = _clean("\n".join([*said, "", text_of(timeline(case, others, failures))]))


def _error(suite: ET.Element, problem: Problem) -> None:
    element = _element(suite, f"line {problem.span.line}", problem.slug, problem.file, problem.span.line, 0.0)
    error = ET.SubElement(element, "error", message=_clean(problem.message), type=problem.slug)
    error.text = _clean(str(problem))


def _element(suite: ET.Element, name: str, of: str, file: str, line: int, seconds: float) -> ET.Element:
    attributes = {"name": name, "classname": of, "file": file, "line": str(line), "time": f"{seconds:.3f}"}
    return ET.SubElement(suite, "testcase", {key: _clean(value) for key, value in attributes.items()})


def _clean(text: str) -> str:
    """Without the characters that XML can't carry."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
