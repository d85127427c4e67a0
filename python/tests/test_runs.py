"""Runs from Python: the bytes of the program, and everything measured as columns, grids and arrays."""

import numpy as np
import pytest

import replicon


@pytest.fixture
def finished(small, tmp_path):
    return replicon.run(small, tmp_path / "run", progress=False)


def test_the_table_is_that_of_the_program_to_the_byte(program, finished, tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(finished.scenario, encoding="utf-8")
    program("run", file, "--out", tmp_path / "program", "--quiet", "--threads", 1)
    table = (tmp_path / "program" / "points.csv").read_bytes()
    assert (finished.directory / "points.csv").read_bytes() == table
    again = replicon.run(finished.scenario, tmp_path / "two", threads=2, progress=False)
    assert (again.directory / "points.csv").read_bytes() == table


def test_another_seed_is_another_run(small, finished, tmp_path):
    other = replicon.run(small, tmp_path / "other", seed=8, progress=False)
    assert not np.array_equal(other.points["energy"], finished.points["energy"])


def test_columns_are_ready_for_pandas_and_polars(finished):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    frame = pandas.DataFrame(finished.points)
    assert len(frame) == len(finished) == 8 and frame["mattis"].dtype == np.float64
    frame = polars.DataFrame(finished.points)
    assert frame.schema["start"] == polars.String and frame.schema["n"] == polars.Int64
    assert frame.schema["mattis"] == polars.Float64
    planted = finished.rows(start="planted", temperature=0.2)
    assert len(planted["start"]) == 2 and (planted["mattis"] > 0.5).any()


def test_every_table_of_the_export_is_there_with_its_units(program, finished):
    assert finished.describe()["energy"][0] and "mattis" in finished.describe()
    laws = finished.table("overlap-distribution")
    text = program("export", finished.directory, "--table", "overlap-distribution", "--no-metadata").stdout
    assert list(laws) == text.splitlines()[0].split(",") and len(laws["q"]) == len(text.splitlines()) - 1
    last = finished.table("configurations")["spins"]
    assert np.array_equal(last[0], finished.configurations()[0].last[0])
    with pytest.raises(replicon.BadInput, match="no table point\n.*did you mean points"):
        finished.table("point")
    with pytest.raises(replicon.BadInput, match='dynamics.keep = ..curves'):
        finished.table("curves")


def test_grids_are_ready_for_xarray(finished):
    grid = finished.grid("mattis")
    assert grid.dims == ("p", "n", "gamma_requested", "temperature", "start")
    assert grid.values.shape == (1, 1, 2, 2, 2) and not np.isnan(grid.values).any()
    assert grid.squeeze().dims == ("gamma_requested", "temperature", "start")
    xarray = pytest.importorskip("xarray")
    data = finished.to_xarray()
    one = data["energy"].sel(gamma_requested=0.3, temperature=0.6, start="random").item()
    assert isinstance(data, xarray.Dataset)
    assert one == finished.rows(gamma_requested=0.3, temperature=0.6, start="random")["energy"][0]
    with pytest.raises(replicon.BadInput, match="a column called matis"):
        finished.grid("matis")


def test_overlap_distributions_are_normalised_and_have_the_moment_of_the_table(finished):
    laws = finished.overlap_distributions()
    assert len(laws) == 8
    law = finished.overlap_distribution(k=laws[0].place["k"], temperature=0.6, start="random")
    assert np.isclose(law.density.sum() * 2 / 24, 1.0) and law.q[0] == -1.0 and law.q[-1] == 1.0
    assert law.counts.shape == (3, 25) and np.allclose(law.by_sample.mean(axis=0), law.density)
    row = finished.rows(k=law.place["k"], temperature=0.6, start="random")
    assert np.isclose((law.density * law.q**2).sum() * 2 / 24, row["overlap_sq"][0])
    with pytest.raises(replicon.BadInput, match="choose by .*start: planted, random"):
        finished.overlap_distribution()


def test_configurations_and_patterns_are_signs_and_a_planted_start_is_its_pattern(finished):
    k = int(finished.points["k"][0])
    configurations = finished.configurations(k=k, temperature=0.2, start="planted")
    [at] = configurations
    assert at.last.dtype == np.int8 and at.last.shape == (3, 24) and set(np.unique(at.last)) == {-1, 1}
    assert np.array_equal(finished.spins(k=k, temperature=0.2, start="planted"), at.last)
    for sample, first in zip(at.samples, at.first):
        patterns = finished.patterns(sample, k=k)
        assert patterns.shape == (k, 24) and abs(patterns @ first).max() == 24


def test_a_run_goes_on_and_is_loaded_from_its_directory(small, finished):
    small["disorder"]["samples"] = 4
    longer = replicon.run(small, finished.directory, progress=False)
    assert longer.tasks == (8, 8) and set(longer.points["samples"]) == {4}
    loaded = replicon.load(finished.directory)
    assert np.array_equal(loaded.points["energy"], longer.points["energy"]) and loaded.complete
    assert repr(loaded).startswith("Run small in ")


def test_a_part_of_a_run_is_loaded_too(small, tmp_path):
    part = replicon.run(small, tmp_path / "part", shard="0/2", progress=False)
    assert not part.complete and part.tasks == (3, 6)
    stopped = replicon.run(small, tmp_path / "stopped", max_wall_s=0, progress=False)
    assert stopped.tasks == (0, 6)


def test_scenarios_come_as_text_file_or_name(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = replicon.scenario_text("retrieval-p3")
    assert "retrieval-p3" in replicon.scenarios()
    plans = []
    file = tmp_path / "scenario.toml"
    file.write_text(text, encoding="utf-8")
    for scenario in ("retrieval-p3", text, file, str(file)):
        plans.append(replicon.plan(scenario, set={"grid.spins": [12], "disorder.samples": 1}))
    assert len({plan.tasks for plan in plans}) == 1
    assert plans[0].seconds > 0 and plans[0].columns[0]["n"] == 12
    small["grid"]["temperature"] = np.linspace(0.2, 0.6, 3)
    small["grid"]["spins"] = np.int64(12)
    assert replicon.plan(small).tasks == 6 and replicon.plan(small).refinement is None
    small["grid"] |= {"gamma": [0.05, 0.5], "refine": {"on": "mattis", "budget": 3}}
    refinement = replicon.plan(small).refinement
    assert refinement["columns"] == 3 and refinement["seconds"] > 0
    assert not (tmp_path / "runs").exists()


def test_progress_is_told(small, tmp_path):
    told = []
    replicon.run(small, tmp_path / "told", progress=lambda *event: told.append(event))
    assert told[0][:3] == ("tasks", 0, 6) and told[-1][:3] == ("tasks", 6, 6)


def test_a_scenario_is_refused_with_the_words_of_the_program(program, small, tmp_path):
    small["grid"]["temperatur"] = small["grid"].pop("temperature")
    with pytest.raises(replicon.BadInput, match="temperatur.*\n.*temperature"):
        replicon.run(small, tmp_path / "bad", progress=False)
    said = program("run", "retrieval-p9", code=2).stderr
    with pytest.raises(replicon.BadInput) as refused:
        replicon.run("retrieval-p9")
    assert f"replicon: {refused.value}\n" == said
    with pytest.raises(replicon.BadInput, match="scenario"):
        replicon.run({"model": object()})
    with pytest.raises(replicon.BadInput, match="not a run directory"):
        replicon.load(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"threads": -1}, "^threads = -1\n  accepted: a whole number, at least 1"),
        ({"threads": 0}, "^threads = 0\n"),
        ({"threads": True}, "^threads = True\n"),
        ({"seed": 1.5}, "^seed = 1.5\n"),
        ({"seed": -1}, "^seed = -1\n"),
        ({"max_wall_s": float("nan")}, "^max_wall_s = nan\n  accepted: seconds"),
        ({"max_wall_s": -1}, "^max_wall_s = -1\n"),
        ({"max_wall_s": "2h"}, "^max_wall_s = '2h'\n"),
        ({"progress": "yes"}, "^progress = 'yes'\n  accepted: True .*, False, or a function"),
        ({"fresh": "no"}, "^fresh = 'no'\n"),
        ({"out": 3}, "^out = 3\n  accepted: a path"),
        ({"set": "grid.spins=12"}, "^set = 'grid.spins=12'\n"),
        ({"set": {"grid.spins": None}}, "grid.spins"),
        ({"set": {"grid.spins": object()}}, "grid.spins"),
    ],
)
def test_a_wrong_argument_is_refused_by_its_name(small, tmp_path, arguments, said):
    arguments = {"out": tmp_path / "none", "progress": False, **arguments}
    for work in (replicon.run, replicon.capacity):
        with pytest.raises(replicon.BadInput, match=said):
            work(small, **arguments)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda run: replicon.run(3), "^scenario = 3\n  accepted: a dict, a path"),
        (lambda run: replicon.run("a=b.toml"), "^a=b.toml is neither a scenario file nor a shipped scenario"),
        (lambda run: replicon.run("small", shard=3), "^shard = 3\n"),
        (lambda run: replicon.plan("retrieval-p3", threads=-1), "^threads = -1\n"),
        (lambda run: replicon.load(3), "^directory = 3\n"),
        (lambda run: replicon.load_capacity(None), "^directory = None\n"),
        (lambda run: replicon.load_capacity(run.directory), "not a run directory of capacity"),
        (lambda run: replicon.scenario_text(3), "^name = 3\n"),
        (lambda run: run.patterns(-1), "^sample = -1\n"),
        (lambda run: run.table(3), "^name = 3\n"),
        (lambda run: run.describe(None), "^name = None\n"),
        (lambda run: run.grid(3), "a column called 3"),
    ],
)
def test_a_wrong_argument_beside_a_run_is_refused_by_its_name(finished, wrong, said):
    with pytest.raises(replicon.BadInput, match=said):
        wrong(finished)


def test_a_path_with_a_sign_of_equality_is_a_path(small, finished, tmp_path):
    file = tmp_path / "a=b.toml"
    file.write_text(finished.scenario, encoding="utf-8")
    assert replicon.plan(str(file)).tasks == 6


CAPACITY = {
    "name": "most",
    "seed": 3,
    "model": {"interaction_order": 2},
    "grid": {"spins": [16, 24, 32]},
    "capacity": {"definitions": ["recall-one", "recall-all"]},
    "disorder": {"samples": 64},
}


def test_capacities_are_those_of_the_program_to_the_byte(program, tmp_path):
    found = replicon.capacity(CAPACITY, tmp_path / "most", progress=False)
    assert found.complete and found.searches == (6, 6) and len(found) == 6
    file = tmp_path / "most.toml"
    file.write_text(found.scenario, encoding="utf-8")
    program("capacity", file, "--out", tmp_path / "program", "--quiet", "--threads", 1)
    for name in ("capacity.csv", "capacity.json"):
        assert (found.directory / name).read_bytes() == (tmp_path / "program" / name).read_bytes()
    header = (found.directory / "capacity.csv").read_text("utf-8").splitlines()[0].split(",")
    assert set(found.table) == {*header, "reason"}
    assert found.table["k_c"].dtype == np.float64 and found.table["n"].tolist() == [16, 24, 32] * 2
    assert found.scaling["against_n_exponent"][0] > 0 and found.scaling["definition"] == ["recall-one", "recall-all"]
    pandas = pytest.importorskip("pandas")
    assert len(pandas.DataFrame(found.table)) == 6 and len(pandas.DataFrame(found.scaling)) == 2


def test_a_search_goes_on_where_it_was(tmp_path):
    whole = replicon.capacity(CAPACITY, tmp_path / "whole", progress=False)
    stopped = replicon.capacity(CAPACITY, tmp_path / "run", max_wall_s=0, progress=False)
    assert not stopped.complete and stopped.searches == (0, 6) and len(stopped) == 0 and stopped.table == {}
    told = []
    went_on = replicon.capacity(CAPACITY, tmp_path / "run", progress=lambda *event: told.append(event))
    assert went_on.document == whole.document and told[-1][0] == "pieces of a round"
    loaded = replicon.load_capacity(tmp_path / "run")
    assert loaded.document == whole.document and repr(loaded).startswith("CapacityRun most in ")
    with pytest.raises(replicon.BadInput, match="capacity"):
        replicon.capacity("retrieval-p3", tmp_path / "no", progress=False)
    with pytest.raises(replicon.BadInput, match="replicon.capacity"):
        replicon.run("capacity-scaling", tmp_path / "no", progress=False)


def test_an_exception_of_the_callback_stops_the_run(small, tmp_path):
    def progress(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        replicon.run(small, tmp_path / "stopped", progress=progress)
