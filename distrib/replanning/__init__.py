"""A week gone wrong half-way: what happened stays as it was, the rest is planned anew from where things stand."""

from distrib.replanning.week import replan

__all__ = ["replan"]
