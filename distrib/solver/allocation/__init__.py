"""Allocation engines."""
