"""Routing engines side by side, on generated weeks."""
