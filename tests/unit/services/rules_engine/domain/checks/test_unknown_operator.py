def test_a_word_that_is_no_operator_comes_with_the_likeliest_one(compilation):
    (problem,) = compilation({"and": [{"abvoe": [{"var": "level"}, 1]}]}).problems
    assert (problem.slug, problem.message) == ("unknown-operator", "no operator 'abvoe'")
    assert problem.hint == "did you mean 'above'?"


def test_what_only_writes_to_a_console_is_unknown(slugs):
    assert slugs({"log": [{"var": "level"}]}) == ["unknown-operator"]


def test_every_one_is_named(slugs):
    assert slugs({"or": [{"foo": [1]}, {"bar": [1]}]}) == ["unknown-operator", "unknown-operator"]
