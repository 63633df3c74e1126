def test_a_group_to_light_that_does_not_exist(loaded):
    (problem,) = loaded(then="[{light: {group: lampse, level: 50 %, reason: r, at_most: 1 h}}]").problems
    assert (problem.slug, problem.hint) == ("unknown-group", "did you mean 'lampes'?")


def test_a_group_to_watch_that_does_not_exist(loaded):
    (problem,) = loaded(for_each="{kind: water-level, group: sation}").problems
    assert (problem.slug, problem.message) == ("unknown-group", "no group 'sation'")


def test_a_group_to_ask_that_does_not_exist(loaded):
    when = "{above: [{max_of: {of: {kind: water-level, not: {group: statoins}}, value: level}}, 2]}"
    (problem,) = loaded(when=when).problems
    assert (problem.slug, problem.text, problem.hint) == ("unknown-group", "statoins", "did you mean 'stations'?")


def test_an_area_without_a_luminaire_lights_nothing(loaded):
    (problem,) = loaded(then="[{light: {area: berges, level: 50 %, reason: r, at_most: 1 h}}]").problems
    assert problem.message == "no group has a luminaire in the area 'berges'"
