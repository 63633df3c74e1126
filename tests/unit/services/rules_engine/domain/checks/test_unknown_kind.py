def test_a_kind_that_does_not_exist(loaded):
    (problem,) = loaded(for_each="{kind: water-levle}").problems
    assert (problem.slug, problem.hint) == ("unknown-kind", "did you mean 'water-level'?")


def test_a_kind_to_ask_that_does_not_exist_is_said_once(loaded):
    when = "{at_least: [{how_many: {of: {kind: water-levle}, where: {above: [level, 2]}}}, 1]}"
    (problem,) = loaded(when=when).problems
    assert (problem.slug, problem.text, problem.hint) == ("unknown-kind", "water-levle", "did you mean 'water-level'?")
