"""Proves the rules of a plan; shares nothing with the engines."""
