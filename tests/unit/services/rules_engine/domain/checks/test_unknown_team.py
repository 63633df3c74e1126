from services.rules_engine.domain.checks.check import Known


def test_a_team_that_does_not_exist(loaded):
    (problem,) = loaded(then='[{notify: {team: astrinte, message: "m"}}]').problems
    assert (problem.slug, problem.hint) == ("unknown-team", "did you mean 'astreinte'?")


def test_without_teams_it_says_that_it_did_not_check(loaded, inventory):
    (problem,) = loaded(known=Known(inventory)).problems
    assert (problem.slug, problem.message) == ("not-checked", "without teams not checked: unknown-team")
