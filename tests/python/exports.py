"""The exports of a run, opened by the programs that they are for: NumPy, polars, DuckDB, pandas.

    python3 tests/python/exports.py path/to/replicon

Every table is compared with its CSV, value by value. A package that is not installed is skipped by name; so is Parquet where replicon was
built without it.
"""

import csv
import importlib
import io
import json
import math
import pathlib
import subprocess
import sys
import tempfile

SCENARIO = """
name = "exports"
seed = 3
[model]
interaction_order = [2, 3]
[grid]
spins = 12
gamma = 0.2
temperature = [0, 0.4]
[dynamics]
keep = ["series", "curves", "joint"]
burn_in_sweeps = 4
measure_sweeps = 40
[disorder]
samples = 3
[theory]
"""
TABLES = ["points", "overlap-distribution", "overlap-samples", "configurations", "curves", "series", "joint"]

program = str(pathlib.Path(sys.argv[1]).resolve())


def replicon(*arguments, cwd):
    return subprocess.run([program, *arguments], cwd=cwd, capture_output=True, timeout=120)


def package(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"skipped: {name} is not installed")
        return None


def same(text, value):
    """A field of the CSV and what a program read in its place."""
    if text == "":
        return value is None or value != value
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, (int, float)):
        return math.isclose(float(text), value, rel_tol=0, abs_tol=0) or float(text) == value
    return text == str(value)


def compare(reader, table, rows, column_of):
    for name in rows[0]:
        values = column_of(name)
        assert len(values) == len(rows), (reader, table, name)
        for row, value in zip(rows, values):
            assert same(row[name], value), (reader, table, name, row[name], value)


def check_metadata(metadata, identity, header):
    assert metadata["identity"] == identity and str(metadata["seed"]) == "3" and metadata["name"] == "exports", metadata
    assert metadata["replicon"] and int(metadata["store_schema"]) >= 5, metadata
    assert list(metadata["units"]) == list(metadata["about"]) == header
    assert metadata["units"]["temperature"] == "energy"


def check_csv(file, table, identity, numpy, polars, duckdb, pandas):
    """The lines of metadata are there, and every reader skips them as docs/how-to/export.md says."""
    lines = file.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    header, *rows = lines[len(comments) :]
    assert f"# identity: {identity}" in comments and "# seed: 3" in comments, comments
    names = header.split(",")
    assert [line.split()[2].rstrip(":") for line in comments if line.startswith("# column ")] == names
    if pandas:
        frame = pandas.read_csv(file, comment="#")
        assert list(frame.columns) == names and len(frame) == len(rows)
    if polars:
        frame = polars.read_csv(file, comment_prefix="#", infer_schema_length=None)
        assert frame.columns == names and len(frame) == len(rows)
    if duckdb:
        relation = duckdb.read_csv(str(file), comment="#")
        assert relation.columns == names and len(relation.fetchall()) == len(rows)
    if numpy:
        frame = numpy.genfromtxt([line for line in lines if line[0] != "#"], delimiter=",", names=True, dtype=None, encoding="utf-8")
        assert frame.dtype.names == tuple(names) and frame.size == len(rows)


def check_npz(numpy, file, table, rows, identity):
    archive = numpy.load(file, allow_pickle=False)
    check_metadata(json.loads(str(archive["metadata"])), identity, list(rows[0]))

    def column_of(name):
        array = archive[name]
        if array.ndim == 2:
            return [" ".join(map(str, row)) for row in array]
        mask = archive[name + "_mask"] if name + "_mask" in archive else numpy.isnan(array)
        return [None if missing else value for value, missing in zip(array.tolist(), mask.tolist())]

    compare("numpy", table, rows, column_of)


def check_parquet(file, table, rows, identity, polars, duckdb, pandas):
    if polars:
        frame = polars.read_parquet(file)
        assert frame.columns == list(rows[0])
        compare("polars", table, rows, lambda name: frame[name].to_list())
    if duckdb:
        relation = duckdb.read_parquet(file)
        assert relation.columns == list(rows[0])
        values = dict(zip(relation.columns, zip(*relation.fetchall())))
        compare("duckdb", table, rows, lambda name: values[name])
        stored = duckdb.sql(f"select decode(key), decode(value) from parquet_kv_metadata('{file}')").fetchall()
        metadata = dict(stored)
        for key in ["units", "about"]:
            metadata[key] = json.loads(metadata[key])
        check_metadata(metadata, identity, list(rows[0]))
    if pandas:
        frame = pandas.read_parquet(file, dtype_backend="numpy_nullable")
        compare("pandas", table, rows, lambda name: [None if v is pandas.NA else v for v in frame[name].tolist()])


def main():
    numpy, polars, duckdb, pandas = map(package, ["numpy", "polars", "duckdb", "pandas"])
    if pandas and not package("pyarrow"):
        pandas = None
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "exports.toml").write_text(SCENARIO)
        ran = replicon("run", "exports.toml", "--out", "run", "--quiet", cwd=folder)
        assert ran.returncode == 0, ran.stderr.decode()
        manifest = json.loads((folder / "run/manifest.json").read_text())
        parquet = True
        for table in TABLES:
            made = replicon("export", "run", "--table", table, "--out", "table.csv", cwd=folder)
            assert made.returncode == 0, made.stderr.decode()
            check_csv(folder / "table.csv", table, manifest["identity"], numpy, polars, duckdb, pandas)
            text = replicon("export", "run", "--table", table, "--no-metadata", cwd=folder).stdout.decode()
            rows = list(csv.DictReader(io.StringIO(text)))
            assert rows, table
            if table == "points":
                assert text == (folder / "run/points.csv").read_text()
                assert list(manifest["units"]) == list(rows[0])
            if numpy:
                made = replicon("export", "run", "--table", table, "--out", "table.npz", cwd=folder)
                assert made.returncode == 0, made.stderr.decode()
                check_npz(numpy, folder / "table.npz", table, rows, manifest["identity"])
            if parquet:
                made = replicon("export", "run", "--table", table, "--out", "table.parquet", cwd=folder)
                if made.returncode == 2 and b"--features parquet" in made.stderr:
                    parquet = False
                    print("skipped: Parquet, without which replicon was built")
                    continue
                assert made.returncode == 0, made.stderr.decode()
                check_parquet(folder / "table.parquet", table, rows, manifest["identity"], polars, duckdb, pandas)
    print(f"{len(TABLES)} tables read as they were written")


main()
