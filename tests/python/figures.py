"""The script beside every figure redraws it, in ten lines of matplotlib and pandas at most.

    python3 tests/python/figures.py path/to/replicon [RUN…]

Without runs a few quick ones are made: phase diagrams, curves, a panel of images. Skipped by name where these are not installed.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

QUICK = [
    ("storage-capacity-p4", ["grid.spins=24", "disorder.samples=1", "dynamics.measure_sweeps=4", "dynamics.burn_in_sweeps=0"]),
    ("retrieval-p3", ["grid.spins=24", "disorder.samples=2", "dynamics.measure_sweeps=4", "dynamics.burn_in_sweeps=0"]),
    ("rsb-phases", ["model.interaction_order=3"]),
    ("image-recall-digits", ["disorder.samples=2", "dynamics.measure_sweeps=4", "dynamics.burn_in_sweeps=0"]),
]


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    try:
        import matplotlib  # noqa: F401
        import pandas  # noqa: F401
    except ImportError:
        return print("skipped: matplotlib or pandas is not installed")
    with tempfile.TemporaryDirectory() as folder:
        runs = [pathlib.Path(run) for run in sys.argv[2:]]
        for name, changes in [] if runs else QUICK:
            arguments = [program, "run", name, "--out", name, "--quiet", *(word for c in changes for word in ("--set", c))]
            subprocess.run(arguments, cwd=folder, check=True, capture_output=True, timeout=300)
            runs.append(pathlib.Path(folder) / name)
        count = 0
        for script in sorted(script for run in runs for script in run.glob("figures/*.py")):
            text = script.read_text(encoding="utf-8")
            title, *lines = [line for line in text.splitlines() if line.strip()]
            assert title.startswith("# ") and len(lines) <= 10 and max(map(len, lines)) < 420, f"{script} has {len(lines)} lines"
            environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONWARNINGS": "error::UserWarning"}
            ran = subprocess.run([sys.executable, script], env=environment, capture_output=True, timeout=120)
            assert ran.returncode == 0, f"{script}\n{ran.stderr.decode()}"
            assert script.with_suffix(".pdf").stat().st_size > 1000, script
            count += 1
        assert count >= len(runs) > 0, "no script was found"
        print(f"{count} figures redrawn")


main()
