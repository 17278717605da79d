"""A plan by a given time.

``conductor``: who does what until when, by a clock it is given. ``makers``: the processes that find plans, prove them and
write them. ``planning``: what users call. Nothing else in the program depends on a clock.
"""

from __future__ import annotations

from distrib.hurry.planning import Written, plan_in_a_hurry, write_in_a_hurry

__all__ = ["Written", "plan_in_a_hurry", "write_in_a_hurry"]
