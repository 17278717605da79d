"""Sentences about rows that contradict each other."""

from __future__ import annotations

from distrib.io.messages_text import Text

CHECKS: dict[str, Text] = {}
