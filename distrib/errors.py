"""The errors a user can meet; everything else that is raised is a defect of the program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit status of every command."""

    GOOD = 0
    BREACH = 1
    BAD_INPUT = 2
    IMPOSSIBLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault or warning about the input.

    ``code`` names the kind (stable, for tests and tools), ``message`` says what is wrong and
    ``remedy`` what to write, both in the language asked for. ``line`` is the line of the file
    (1 is the header); None where the fault concerns a whole table or the dataset.
    """

    code: str
    table: str
    line: int | None = None
    column: str | None = None
    value: str | None = None
    message: str
    remedy: str


class DistribError(Exception):
    """Base of the errors meant for users; ``status`` is the exit status of the command."""

    status = ExitStatus.BAD_INPUT


class UsageError(DistribError):
    """A command or function was asked for something that does not exist (exit 2)."""


class BadInputError(DistribError):
    """The dataset, scenario or plan holds faults (exit 2); all of them are in ``findings``."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} faults in the input")
        self.findings = findings

    def __reduce__(self) -> tuple[object, ...]:
        """The error as another process gets it."""
        return type(self), (self.findings,)


class ImpossibleError(DistribError):
    """There is need but no plan can deliver one basket (exit 3).

    ``limit`` is a code of the reason list of the plan tables; ``explanation`` a sentence.
    """

    status = ExitStatus.IMPOSSIBLE

    def __init__(self, limit: str, explanation: str) -> None:
        super().__init__(explanation)
        self.limit = limit
        self.explanation = explanation

    def __reduce__(self) -> tuple[object, ...]:
        """The error as another process gets it."""
        return type(self), (self.limit, self.explanation)
