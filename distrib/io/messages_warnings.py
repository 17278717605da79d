"""Sentences of the warnings: what leaves a plan possible but serves nothing."""

from __future__ import annotations

from distrib.io.messages_text import Text

WARNINGS: dict[str, Text] = {}
