"""What the tests share: the program, whose answers are compared, and a scenario of a second."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def program():
    """Runs `replicon …` and returns what it wrote; the binary is that of REPLICON, or of `cargo build`."""
    binary = pathlib.Path(os.environ.get("REPLICON", ROOT / "target" / "debug" / "replicon"))
    if not binary.is_file():
        pytest.skip(f"no program at {binary}: `cargo build`, or set REPLICON")

    def run(*arguments, code=0):
        done = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def answer(program):
    """The JSON document of `replicon theory …`."""

    def ask(*arguments, code=0):
        return json.loads(program("theory", *arguments, "--json", code=code).stdout)

    return ask


@pytest.fixture
def small():
    """A scenario of a second: P = 3, two starts, two temperatures, two loads."""
    return {
        "name": "small",
        "seed": 7,
        "model": {"kind": "dense-hebbian", "interaction_order": 3},
        "grid": {"spins": [24], "gamma": [0.1, 0.3], "temperature": [0.2, 0.6]},
        "dynamics": {
            "starts": ["planted", "random"],
            "replicas": 2,
            "burn_in_sweeps": 20,
            "measure_sweeps": 60,
        },
        "disorder": {"samples": 3},
        "theory": {"compare": ["rs"]},
    }
