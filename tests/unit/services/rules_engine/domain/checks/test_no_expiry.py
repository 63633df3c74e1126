def test_lights_without_an_end_are_a_warning(loaded):
    found = loaded(then="[{light: {group: lampes, level: 50 %, reason: r}}]")
    assert [(problem.slug, problem.severity) for problem in found.problems] == [("no-expiry", "warning")]
    assert len(found.rules) == 1
