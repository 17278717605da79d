"""Recipes in whole portions for scarce goods."""

from distrib.solver.allocation.portions.search import Steps, Wanted, portioned
from distrib.solver.allocation.portions.sizes import least_cents, resized

__all__ = ["Steps", "Wanted", "least_cents", "portioned", "resized"]
