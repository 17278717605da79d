"""The choice of sites: which candidates to open, proven or with a stated gap."""

from distrib.solver.siting.choice import choose, visits_of
from distrib.solver.siting.problem import LevelValue, Siting, SitingProblem
from distrib.solver.siting.published import problem_of_distances, read_pmed

__all__ = ["LevelValue", "Siting", "SitingProblem", "choose", "problem_of_distances", "read_pmed", "visits_of"]
