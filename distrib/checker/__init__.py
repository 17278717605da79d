"""Proves the rules of a plan; shares nothing with the engines."""

from __future__ import annotations

from distrib.checker.breach import Breach
from distrib.checker.case import Case
from distrib.checker.registry import RULES
from distrib.checker.retiming import retime
from distrib.checker.words import LANGUAGES, breach
from distrib.errors import UsageError
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan

__all__ = ["Breach", "check", "retime", "rules"]


def check(dataset: Dataset, plan: Plan, *, language: str | None = None) -> tuple[Breach, ...]:
    """Return every breach of every rule, in the order of the rules; empty when the plan holds them all.

    Nonsense in the plan (unknown ids, negative numbers, missing rows) is a breach, never an error.

    Args:
        dataset: the resolved dataset the plan was made from.
        plan: the plan's tables.
        language: of the messages, ``fr`` or ``en`` (default: the dataset's).

    Raises:
        UsageError: another language.
        ValueError: the dataset is not resolved.
    """
    language = language or dataset.settings.language
    if language not in LANGUAGES:
        raise UsageError(f"no messages in the language {language!r}; there are {', '.join(LANGUAGES)}")
    case = Case(dataset, plan)
    return tuple(
        breach(rule.code, finding, language) for rule in RULES for prove in rule.checks for finding in prove(case)
    )


def rules() -> tuple[tuple[str, str, str], ...]:
    """Return (code, sentence, detail) of each rule; the detail lists, a line each, what is proven of it."""
    return tuple(
        (rule.code, rule.sentence, "\n".join((check.__doc__ or "").split("\n")[0] for check in rule.checks))
        for rule in RULES
    )
