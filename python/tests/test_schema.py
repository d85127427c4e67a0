"""The schema of scenario files in an implementation of all of JSON Schema: what `replicon schema` writes is one, and it tells files apart."""

import json

import pytest

import replicon

jsonschema = pytest.importorskip("jsonschema")
tomllib = pytest.importorskip("tomllib")  # of Python 3.11


@pytest.fixture(scope="module")
def validator(program):
    schema = json.loads(program("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_every_shipped_scenario_is_valid(validator):
    for name in replicon.scenarios():
        errors = list(validator.iter_errors(tomllib.loads(replicon.scenario_text(name))))
        assert not errors, f"{name}: {errors[0].message}"


def without(table, key):
    return lambda scenario: scenario[table].pop(key)


def given(table, key, value):
    return lambda scenario: scenario.setdefault(table, {}).update({key: value})


@pytest.mark.parametrize(
    "change",
    [
        without("grid", "gamma"),
        without("grid", "temperature"),
        without("model", "interaction_order"),
        lambda scenario: (scenario.pop("dynamics"), scenario.pop("theory")),
        lambda scenario: scenario.update(name=".."),
        lambda scenario: scenario.update(name="a/b"),
        given("grid", "alpha", 0.5),
        given("grid", "gamma", 0),
        given("grid", "gamma", [0.1, 0.1]),
        given("grid", "quality", 0.5),
        given("grid", "temperature", {"from": 0, "to": 1, "count": 3, "scale": "log"}),
        given("dynamics", "starts", [{"each": 0.1}]),
        given("dynamics", "max_sweeps", 100),
        given("dynamics", "update", "zero-temperature"),
        given("model", "kind", "supervised"),
        given("capacity", "sweeps", 100),
        lambda scenario: scenario.update(figures=[{"start": "planted"}]),
        lambda scenario: scenario.update(figures=[{"kind": "rsb", "quantity": "size"}]),
        lambda scenario: scenario.update(figures=[{"kind": "modern", "quantity": "phases"}]),
    ],
)
def test_what_the_program_refuses_is_not_valid(validator, small, change):
    assert validator.is_valid(small)
    change(small)
    assert not validator.is_valid(small)
    with pytest.raises(replicon.BadInput):
        replicon.plan(small)
