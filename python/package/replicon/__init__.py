"""replicon: the statistical mechanics of dense associative memories, simulated and solved.

>>> import replicon
>>> replicon.theory.rs(p=4, gamma=0.2, temperature=0.1, branch="retrieval").m   # replica theory
>>> run = replicon.run("retrieval-p3")                                          # Monte Carlo, theory beside it
>>> run.points["mattis"], run.points["rs_m"]
"""

from . import theory
from ._errors import BadInput, Error, Failed, Interrupted, NoSolution
from ._native import __version__
from ._networks import energy, exact, patterns
from ._run import Configurations, Grid, OverlapDistribution, Run, load, run
from ._scenarios import Plan, Scenario, plan, scenario_text, scenarios

__all__ = [
    "BadInput",
    "Configurations",
    "Error",
    "Failed",
    "Grid",
    "Interrupted",
    "NoSolution",
    "OverlapDistribution",
    "Plan",
    "Run",
    "Scenario",
    "__version__",
    "energy",
    "exact",
    "load",
    "patterns",
    "plan",
    "run",
    "scenario_text",
    "scenarios",
    "theory",
]
