"""Ruin and recreate: the default routing engine."""

from __future__ import annotations

from distrib.solver.routing.ruin_recreate.engine import RuinRecreateRouter, warm_up

__all__ = ["RuinRecreateRouter", "warm_up"]
