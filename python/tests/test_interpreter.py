"""The interpreter goes on while replicon computes, and Ctrl-C stops it with everything finished kept."""

import ast
import inspect
import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import replicon

LONG = """
name = "long"
[model]
kind = "dense-hebbian"
interaction_order = 3
[grid]
spins = [48]
gamma = [0.2]
temperature = [0.3]
[dynamics]
burn_in_sweeps = 100
measure_sweeps = 4000
[disorder]
samples = 4000
"""


def ticks_during(work):
    """How often another thread wakes, of the times it could, while `work` runs."""
    ticks, end = [], threading.Event()

    def tick():
        while not end.wait(0.005):
            ticks.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    begin = time.monotonic()
    work()
    seconds = time.monotonic() - begin
    end.set()
    thread.join()
    return len(ticks), seconds


def test_other_threads_go_on_during_theory_enumeration_and_runs(tmp_path):
    patterns = np.where(np.random.default_rng(0).random((40, 24)) < 0.5, 1, -1)
    gammas = np.linspace(0.5, 1.5, 1000)

    def run():
        replicon.run(LONG, tmp_path / "run", max_wall_s=0.5, progress=False)

    works = [
        run,
        lambda: replicon.exact(patterns, 4, [0.5, 1.0]),
        lambda: replicon.theory.one_rsb(3, gammas, 0.3, branch="glass"),
    ]
    for work in works:
        ticks, seconds = ticks_during(work)
        assert seconds > 0.1, "too short to tell"
        assert ticks >= 0.1 * seconds / 0.005, f"{ticks} ticks in {seconds:.2f} s"


def interrupted(script, folder, after):
    """Runs a script, sends SIGINT once `after()` is true, and returns what it wrote and how long it went on."""
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not after() and time.monotonic() < deadline:
        assert child.poll() is None, child.stderr.read()
        time.sleep(0.02)
    begin = time.monotonic()
    child.send_signal(signal.SIGINT)
    out, errors = child.communicate(timeout=30)
    return out, errors, time.monotonic() - begin


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
def test_ctrl_c_stops_a_run_and_keeps_what_is_finished(tmp_path):
    (tmp_path / "long.toml").write_text(LONG, encoding="utf-8")
    script = """
        import pathlib, replicon
        try:
            replicon.run(pathlib.Path("long.toml"), "out",
                         progress=lambda what, done, *_: done >= 3 and pathlib.Path("begun").touch())
        except KeyboardInterrupt:
            print("stopped", replicon.load("out").tasks[0])
    """
    out, errors, seconds = interrupted(script, tmp_path, (tmp_path / "begun").exists)
    assert out.startswith("stopped "), errors
    assert int(out.split()[1]) >= 3 and seconds < 10


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
def test_ctrl_c_stops_a_search_and_keeps_what_is_finished(tmp_path):
    script = """
        import pathlib, replicon
        sizes = {"grid.spins": [256, 512], "disorder.samples": 100000}
        try:
            replicon.capacity("capacity-scaling", "out", set=sizes | {"model.interaction_order": 2, "capacity.threshold": 0.5},
                              progress=lambda what, done, *_: done >= 3 and pathlib.Path("begun").touch())
        except KeyboardInterrupt:
            print("stopped", replicon.load_capacity("out").complete)
    """
    out, errors, seconds = interrupted(script, tmp_path, (tmp_path / "begun").exists)
    assert out == "stopped False\n" and seconds < 10, errors


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
def test_ctrl_c_stops_theory(tmp_path):
    script = """
        import pathlib, numpy, replicon
        pathlib.Path("begun").touch()
        try:
            replicon.theory.one_rsb(3, numpy.linspace(0.01, 0.4, 100_000), 0.1)
        except KeyboardInterrupt:
            print("stopped")
    """
    out, errors, seconds = interrupted(script, tmp_path, (tmp_path / "begun").exists)
    assert out == "stopped\n" and seconds < 10, errors


def test_errors_are_exceptions_of_their_kinds():
    assert issubclass(replicon.BadInput, ValueError) and issubclass(replicon.BadInput, replicon.Error)
    assert issubclass(replicon.Failed, RuntimeError) and issubclass(replicon.NoSolution, replicon.Error)


def test_a_folder_that_cannot_be_written_is_a_failure(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(replicon.Failed, match="cannot .*Not a directory"):
        replicon.run(LONG, tmp_path / "file" / "run", progress=False)


def test_the_package_is_typed():
    mypy = pytest.importorskip("mypy.api")
    package = pathlib.Path(replicon.__file__).parent
    out, errors, code = mypy.run(["--strict", "--cache-dir", os.devnull, str(package)])
    assert code == 0, out + errors


def test_the_stub_says_what_the_compiled_part_has():
    stub = ast.parse(pathlib.Path(replicon._native.__file__).with_name("_native.pyi").read_text("utf-8"))
    functions = {node.name: node for node in stub.body if isinstance(node, ast.FunctionDef)}
    [stored] = [node for node in stub.body if isinstance(node, ast.ClassDef)]
    members = {node.name: node for node in stored.body if isinstance(node, ast.FunctionDef)}
    compiled = {name for name in dir(replicon._native) if not name.startswith("__")}
    assert compiled == {*functions, stored.name}
    assert {name for name in vars(replicon._native.StoredRun) if name[0] != "_"} == set(members)
    for name, node in functions.items():
        parameters = inspect.signature(getattr(replicon._native, name)).parameters
        assert list(parameters) == [argument.arg for argument in node.args.args], name
