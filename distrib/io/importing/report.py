"""What an import kept, dropped and repaired, said in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from distrib.errors import BadInputError, Finding
from distrib.io.importing.messages import SAID

KINDS = ("fault", "repaired", "dropped", "noted")
_HEADS = {
    "fr": {"kept": "Gardé", "repaired": "Réparé", "dropped": "Écarté", "noted": "À savoir", "fault": "Faute"},
    "en": {"kept": "Kept", "repaired": "Repaired", "dropped": "Dropped", "noted": "Note", "fault": "Fault"},
}


@dataclass(slots=True)
class Report:
    """Collects what one import does; ``source`` is the file's name, ``kept`` counts by table."""

    source: str
    language: str = "fr"
    kept: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, code: str, *, value: object = None, column: str | None = None, **context: Any) -> None:
        """Note one finding; ``context`` fills its sentences."""
        text = SAID[code].text
        message, remedy = text.fr if self.language == "fr" else text.en
        values = {"value": value, "column": column, **context}
        self.findings.append(
            Finding(
                code=code,
                table=self.source,
                column=column,
                value=None if value is None else str(value),
                message=message.format_map(values),
                remedy=remedy.format_map(values),
            )
        )

    def refuse(self, code: str, *, value: object = None, column: str | None = None, **context: Any) -> BadInputError:
        """Note a fault and return the error that tells every fault so far, to be raised."""
        self.add(code, value=value, column=column, **context)
        return self.error()

    def error(self) -> BadInputError:
        """Return the error that tells every fault so far."""
        return BadInputError(tuple(f for f in self.findings if SAID[f.code].kind == "fault"))

    def raise_if_faulty(self) -> None:
        """Raise BadInputError when there is a fault."""
        if any(SAID[f.code].kind == "fault" for f in self.findings):
            raise self.error()

    def of(self, kind: str) -> list[Finding]:
        """Return the findings of one kind, in the order found."""
        return [f for f in self.findings if SAID[f.code].kind == kind]

    def codes(self) -> list[str]:
        """Return the codes of all findings, in the order found."""
        return [f.code for f in self.findings]

    def records(self) -> list[dict[str, object]]:
        """Return one flat record per kept table and per finding, for JSON and CSV."""
        rows: list[dict[str, object]] = [
            {"kind": "kept", "code": "kept", "what": table, "value": count, "message": "", "remedy": ""}
            for table, count in self.kept.items()
        ]
        rows += [
            {
                "kind": SAID[f.code].kind,
                "code": f.code,
                "what": f.table,
                "value": f.value or "",
                "message": f.message,
                "remedy": f.remedy,
            }
            for f in self.findings
        ]
        return rows

    def lines(self, most: int = 12) -> list[str]:
        """Return the report for the terminal: counts, then at most ``most`` findings of each code and how many more."""
        heads = _HEADS[self.language]
        lines = [f"{self.source}"]
        lines += [f"  {heads['kept']} : {count} {table}" for table, count in self.kept.items()]
        for kind in KINDS:
            lines += _limited(self.of(kind), heads[kind], most)
        return lines


def _limited(findings: Iterable[Finding], head: str, most: int) -> list[str]:
    lines: list[str] = []
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.code] = counts.get(finding.code, 0) + 1
        if counts[finding.code] <= most:
            lines.append(f"  {head} : {finding.message} [{finding.code}]")
    lines += [f"  {head} : … + {n - most} [{code}]" for code, n in counts.items() if n > most]
    return lines
