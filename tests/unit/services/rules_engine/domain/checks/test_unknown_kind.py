def test_a_kind_that_does_not_exist(loaded):
    (problem,) = loaded(for_each="{kind: water-levle}").problems
    assert (problem.slug, problem.hint) == ("unknown-kind", "did you mean 'water-level'?")
