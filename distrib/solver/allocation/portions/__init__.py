"""Recipes in whole portions for scarce goods."""

from distrib.solver.allocation.portions.search import Steps, Wanted, portioned
from distrib.solver.allocation.portions.sizes import resized

__all__ = ["Steps", "Wanted", "portioned", "resized"]
