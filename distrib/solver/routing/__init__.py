"""Routing engines."""
