def test_a_group_to_light_that_does_not_exist(loaded):
    (problem,) = loaded(then="[{light: {group: lampse, level: 50 %, reason: r, at_most: 1 h}}]").problems
    assert (problem.slug, problem.hint) == ("unknown-group", "did you mean 'lampes'?")


def test_a_group_to_watch_that_does_not_exist(loaded):
    (problem,) = loaded(for_each="{kind: water-level, group: sation}").problems
    assert (problem.slug, problem.message) == ("unknown-group", "no group 'sation'")
