"""replicon: the statistical mechanics of dense associative memories, simulated and solved.

>>> import replicon
>>> replicon.theory.rs(p=4, gamma=0.2, temperature=0.1, branch="retrieval").m   # replica theory
>>> run = replicon.run("retrieval-p3")                                          # Monte Carlo, theory beside it
>>> run.points["mattis"], run.points["rs_m"]
"""

from . import theory
from ._capacity import CapacityRun, capacity, load_capacity
from ._errors import BadInput, Error, Failed, Interrupted, NoSolution
from ._native import __version__
from ._networks import PlefkaExpansion, energy, exact, patterns, plefka
from ._run import Configurations, Grid, OverlapDistribution, Run, load, run
from ._scenarios import Plan, Scenario, plan, scenario_text, scenarios

__all__ = [
    "BadInput",
    "CapacityRun",
    "Configurations",
    "Error",
    "Failed",
    "Grid",
    "Interrupted",
    "NoSolution",
    "OverlapDistribution",
    "Plan",
    "PlefkaExpansion",
    "Run",
    "Scenario",
    "__version__",
    "capacity",
    "energy",
    "exact",
    "load",
    "load_capacity",
    "patterns",
    "plan",
    "plefka",
    "run",
    "scenario_text",
    "scenarios",
    "theory",
]
