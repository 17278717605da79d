"""Texts of the sheets."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
