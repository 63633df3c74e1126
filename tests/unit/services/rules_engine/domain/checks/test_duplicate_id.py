from services.rules_engine.domain.loading import duplicate_ids


def test_each_later_rule_of_an_id_is_told_where_the_first_is(loaded):
    (rule,) = loaded().rules
    (again,) = loaded().rules
    (other,) = loaded(id="gemapi.autre").rules
    (problem,) = duplicate_ids([rule, other, again])
    assert problem.message == "a second rule 'gemapi.crue'; the first is at rules/crue.yaml:1:3"


def test_different_ids_are_fine(loaded):
    assert duplicate_ids([*loaded().rules, *loaded(id="gemapi.autre").rules]) == ()
