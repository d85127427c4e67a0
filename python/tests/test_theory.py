"""Theory from Python is theory from the program, element by element."""

import math

import numpy as np
import pytest

import replicon
from replicon import theory

ECHOES = {"exists", "reason"}


def assert_same(result, document):
    """Every number of the document is in the result, to the bit."""
    for key, expected in document.items():
        if key in ("q1", "q2", "theta", "complexity", "replicon_inner", "replicon_outer", "ansatz"):
            if key not in result.to_dict():
                continue
        if key not in result.to_dict():
            assert expected is None or isinstance(expected, str), key
            continue
        found = result[key]
        if expected is None:
            assert found is None or found is False or math.isnan(found), key
        else:
            assert found == expected, key


@pytest.mark.parametrize(
    ("p", "gamma", "temperature", "branch"),
    [(4, 0.2, 0.1, "retrieval"), (2, 0.05, 0.0, "retrieval"), (2, 0.5, 0.9, "glass"), (3, 0.4, 1.2, "dominant")],
)
def test_an_rs_point_is_that_of_the_program(answer, p, gamma, temperature, branch):
    document = answer(
        "point", "--p", p, "--gamma", gamma, "--temperature", temperature, "--branch", branch
    )
    assert_same(theory.rs(p, gamma, temperature, branch=branch), document)


def test_a_1rsb_point_is_that_of_the_program(answer):
    asked = ["--p", 3, "--gamma", 1.0, "--temperature", 0.3, "--ansatz", "1rsb", "--branch", "glass"]
    assert_same(theory.one_rsb(3, 1.0, 0.3, branch="glass"), answer("point", *asked))
    fixed = theory.one_rsb(3, 1.0, 0.3, branch="glass", theta=0.5)
    assert_same(fixed, answer("point", *asked, "--theta", 0.5))


def test_every_other_question_is_answered_as_by_the_program(answer):
    assert_same(theory.capacity(4, 0.1), answer("capacity", "--p", 4, "--temperature", 0.1))
    assert_same(theory.recall(3, 500), answer("recall", "--p", 3, "--n", 500))
    asked = ["--mode", "supervised", "--p", 2, "--temperature", 0.1, "--quality", 0.5, "--examples", 40]
    learnt = theory.learn("supervised", 2, 0.02, 0.1, quality=0.5, examples=40)
    assert_same(learnt, answer("learn", *asked, "--gamma", 0.02))
    most = theory.learn("supervised", 2, temperature=0.1, quality=0.5, examples=40, find="load")
    assert_same(most, answer("learn", *asked, "--find", "load"))
    asked = ["--rate", 0.2, "--temperature", 0.1, "--lambda", 1.5]
    assert_same(theory.exponential(0.2, 0.1, lambda_=1.5), answer("exponential", *asked))


def test_lines_are_those_of_the_program(answer):
    document = answer("line", "--p", 4, "--kind", "at-retrieval", "--gammas", "0.1,0.2,0.3")
    found = theory.line("at-retrieval", 4, gamma=[0.1, 0.2, 0.3])
    for index, point in enumerate(document["points"]):
        for key, expected in point.items():
            assert (found[key][index] == expected) or (expected is None and math.isnan(found[key][index]))
    document = answer("line", "--p", 3, "--kind", "triple-points")
    found = theory.triple_points(3)
    assert found.temperature.tolist() == [point["temperature"] for point in document["points"]]
    assert found.meets.tolist() == [point["meets"] for point in document["points"]]


def test_complexities_are_those_of_the_program(answer):
    asked = ["--p", 3, "--gamma", 1.0, "--temperature", 0.5, "--thetas", "0.4,0.8,1"]
    points = answer("complexity", *asked)["points"]
    found = theory.complexity(3, 1.0, 0.5, [0.4, 0.8, 1.0])
    assert found.complexity.tolist() == [point["complexity"] for point in points]
    assert found.physical.tolist() == [point["physical"] for point in points]


def test_states_of_diluted_patterns_are_those_of_the_program(answer):
    asked = ["--patterns", 3, "--dilution", 0.2, "--temperature", 0.05]
    document = answer("multitask", *asked)
    states = theory.multitask(3, 0.2, 0.05)
    assert states.branch.tolist() == [state["branch"] for state in document["branches"]]
    assert states.m.tolist() == [state["m"] for state in document["branches"]]
    assert states.hierarchy_end == document["hierarchy_end"]
    document = answer("multitask", "--patterns", 3, "--dilution", 0.2, "--find", "boundaries")
    found = theory.multitask_boundaries(3, 0.2)
    assert found.temperature.tolist() == [entry["temperature"] for entry in document["boundaries"]]


def test_arrays_broadcast_and_equal_their_elements():
    gamma, temperature = np.array([0.1, 0.2, 0.3])[:, None], np.array([0.05, 0.1])
    found = theory.rs(4, gamma, temperature, branch="retrieval")
    assert found.shape == found.m.shape == (3, 2)
    for i in range(3):
        for j in range(2):
            one = theory.rs(4, float(gamma[i, 0]), float(temperature[j]), branch="retrieval")
            assert (one.m, one.free_energy) == (found.m[i, j], found.free_energy[i, j])
            assert isinstance(one.m, float)
    orders = theory.recall([2, 3, 4], 200)
    assert orders.p.dtype == np.int64 and (np.diff(orders.ln_k_one) > 0).all()


def test_where_there_is_no_solution_numbers_are_nan_and_the_reason_is_there():
    found = theory.rs(2, [0.05, 0.5], 0.1, branch="retrieval")
    assert found.exists.tolist() == [True, False]
    assert np.isnan(found.m).tolist() == [False, True]
    assert found.stable.tolist()[1] is False
    assert found.reason[0] is None and "retrieval" in found.reason[1]
    with pytest.raises(replicon.NoSolution, match="no rs retrieval"):
        found.or_raise()
    alone = theory.rs(2, 0.5, 0.1, branch="retrieval")
    assert alone.exists is False and math.isnan(alone.m)


def test_refusals_have_the_words_of_the_program(program):
    said = program("theory", "point", "--p", 1, "--gamma", 0.1, "--temperature", 0.1, code=2).stderr
    with pytest.raises(replicon.BadInput) as refused:
        theory.rs(1, 0.1, 0.1)
    assert f"replicon: --{refused.value}\n" == said
    with pytest.raises(ValueError, match=r"element 1: temperature: temperature -1\n.*T ≥ 0"):
        theory.rs(2, 0.1, [0.1, -1.0])
    with pytest.raises(replicon.BadInput, match="temperature NaN"):
        theory.rs(2, 0.1, math.nan)
    with pytest.raises(replicon.BadInput, match='branch = .best.\n  accepted: "retrieval", "glass"'):
        theory.rs(2, 0.1, 0.1, branch="best")
    with pytest.raises(replicon.BadInput, match="ansatz rs"):
        theory.line("at-retrieval", 4, gamma=0.1, ansatz="1rsb")
    with pytest.raises(replicon.BadInput, match="2.5"):
        theory.rs(2.5, 0.1, 0.1)


def test_every_quantity_of_nothing_is_an_empty_array():
    answers = [
        (theory.rs(4, 0.2, [0.1]), theory.rs(4, [], 0.1)),
        (theory.one_rsb(3, 1.0, [0.3]), theory.one_rsb(3, [], 0.3)),
        (theory.capacity([4], 0.1), theory.capacity([], 0.1)),
        (theory.line("static", 3, gamma=[0.5]), theory.line("static", 3, gamma=[])),
        (theory.complexity(3, 1.0, 0.5, [0.4]), theory.complexity(3, 1.0, 0.5, [])),
        (theory.recall([3], 500), theory.recall([], 500)),
        (
            theory.learn("supervised", 2, 0.02, [0.1], quality=0.5, examples=40),
            theory.learn("supervised", 2, 0.02, [], quality=0.5, examples=40),
        ),
        (theory.exponential([0.1], 0.1), theory.exponential([], 0.1)),
        (theory.multitask(2, 0.1, [0.1]), theory.multitask(2, 0.1, [])),
        (theory.multitask_boundaries(2, [0.1]), theory.multitask_boundaries(2, [])),
    ]
    for one, none in answers:
        kind = type(one).__name__
        echoed = {"gammas", "temperatures", "thetas", "line", "mode", "average", "ansatz", "couplings"}
        missing = set(one.keys()) - set(none.keys()) - echoed
        assert not missing, f"{kind}: {missing}"
        for name in none.keys():
            assert np.size(none[name]) == 0 and getattr(none, name) is none[name], f"{kind}.{name}"


def test_states_of_arrays_are_those_of_their_elements():
    patterns, temperature = np.array([[2], [3]]), np.array([0.05, 0.4, 0.9])
    found = theory.multitask(patterns, 0.2, temperature)
    assert found.exists.shape[:2] == (2, 3) and found.critical_temperature.shape == (2, 3)
    assert found.m.shape == (*found.exists.shape, 3)
    for i, k in enumerate((2, 3)):
        for j, t in enumerate(temperature):
            one = theory.multitask(k, 0.2, float(t))
            there = len(one.branch)
            assert found.exists[i, j].tolist() == [x < there for x in range(found.exists.shape[2])]
            assert found.branch[i, j, :there].tolist() == one.branch.tolist()
            assert np.array_equal(found.m[i, j, :there, :k], one.m)
            assert np.isnan(found.free_energy[i, j, there:]).all() and np.isnan(found.m[i, j, :, k:]).all()
    # Fewer states here than there is no lack of a solution.
    assert not found.exists.all() and found.or_raise() is found
    boundaries = theory.multitask_boundaries(3, [0.1, 0.2])
    alone = theory.multitask_boundaries(3, 0.2)
    assert boundaries.temperature[1, boundaries.exists[1]].tolist() == alone.temperature.tolist()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: theory.line("static", 3, gamma=0.1, temperature=0.1), "gamma and temperature\n  one of them"),
        (lambda: theory.line("static", 3), "neither gamma nor temperature\n  one of them"),
        (lambda: theory.line("static", 3, gamma=-0.1), "^gamma: load γ = -0.1\n"),
        (lambda: theory.line("static", 3, temperature=[0.1, -0.1]), "^element 1: temperature: "),
        (lambda: theory.line("triple-points", 3, gamma=0.1), "kind = 'triple-points'\n  accepted: "),
        (lambda: theory.line("statik", 3, gamma=0.1), 'kind = .statik.\n  did you mean "static"'),
        (lambda: theory.rs(-1, 0.1, 0.1), "^p = -1\n  accepted: .*2 to 64"),
        (lambda: theory.rs(2**40, 0.1, 0.1), "^p"),
        (lambda: theory.rs(2**70, 0.1, 0.1), "^p = "),
        (lambda: theory.rs(math.nan, 0.1, 0.1), "^p = nan\n"),
        (lambda: theory.rs(math.inf, 0.1, 0.1), "^p = inf\n"),
        (lambda: theory.rs(True, 0.1, 0.1), "^p = True\n"),
        (lambda: theory.rs("3", 0.1, 0.1), "^p = '3'\n"),
        (lambda: theory.rs(3, "a", 0.1), "^gamma = 'a'\n  accepted: a number"),
        (lambda: theory.rs(3, [[0.1], [0.1, 0.2]], 0.1), "^gamma = "),
        (lambda: theory.rs(3, 1j, 0.1), "^gamma = 1j\n"),
        (lambda: theory.rs(3, None, 0.1), "^gamma = None\n"),
        (lambda: theory.rs(3, 0.1, 0.1, cue=None), "^cue = None\n"),
        (lambda: theory.multitask_boundaries(2, None), "^dilution = None\n"),
        (lambda: theory.rs(3, [0.1, 0.2], [0.1, 0.2, 0.3]), "arrays of shapes gamma \\(2,\\), temperature \\(3,\\)"),
        (lambda: theory.rs(3, 0.1, 0.1, branch=3), "^branch = 3\n"),
        (lambda: theory.rs(3, 0.1, 0.1, couplings="gauss"), '^couplings = .gauss.\n  did you mean "gaussian"'),
        (lambda: theory.complexity(3, 1.0, 0.5, -1), "^theta: "),
        (lambda: theory.exponential(0.1, 0.1, lambda_="a"), "^lambda_ = .a."),
        (lambda: theory.exponential(0.1, 0.1, lambda_=-1), "^λ = -1\n"),
        (lambda: theory.learn("taught", 2, 0.1, 0.1, quality=0.5, examples=3), "^mode = 'taught'"),
        (lambda: theory.learn("supervised", 2, 0.1, 0.1, quality=0.5, examples=-3), "^examples = -3\n"),
        (lambda: theory.learn("supervised", 2, 0.1, 0.1, quality=0.5, examples=3, finite_m="yes"), "^finite_m = 'yes'"),
        (lambda: theory.recall(3, -5), "^n = -5\n"),
        (lambda: theory.recall(3, 10**30), "^n = 10*\n  accepted: the number of spins"),
        (lambda: theory.multitask(-1, 0.1, 0.1), "^patterns = -1\n"),
        (lambda: theory.multitask(2, 0.1, None), "^temperature = None\n"),
        (lambda: theory.multitask(2, 0.1, 0.1, quality=0.5), "quality without examples"),
        (lambda: theory.triple_points(-3), "^p = -3\n"),
        (lambda: theory.triple_points([3, 4]), "^p = \\[3, 4\\]\n"),
    ],
)
def test_a_wrong_argument_is_refused_by_its_name(wrong, said):
    with pytest.raises(replicon.BadInput, match=said):
        wrong()


def test_results_are_seen_and_taken_apart():
    point = theory.rs(4, 0.2, 0.1, branch="retrieval")
    assert repr(point).startswith("SaddlePoint\n  p ") and "free_energy" in repr(point)
    assert point.to_dict()["m"] == point.m == point["m"]
    assert "arrays of shape (2,), 2 of 2 exist" in repr(theory.rs(4, 0.2, [0.1, 0.2], branch="retrieval"))
