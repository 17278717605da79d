"""Recipes of one date in whole portions, at what each further gram of a product costs the rest of the week."""

from distrib.solver.allocation.mixing.search import UNIT, Batch, Curve, mixed

__all__ = ["UNIT", "Batch", "Curve", "mixed"]
