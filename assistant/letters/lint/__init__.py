"""The linter: what stands in the way of sending a reply, by line and article (domain.md §1.5). Pure.

reading     the text as it is read: wrapped lines joined, quotations set apart, dates and citations found
decisions   which words decide what, by outcome
elements    is everything there that must be
remedies    the way to contest it, and ways that are closed
general     blanks, purpose, personal data, what is no more
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.letters.lint.elements import check_elements
from assistant.letters.lint.finding import Element, Finding, LintFacts
from assistant.letters.lint.general import (
    check_blanks,
    check_content,
    check_privacy,
    check_purpose,
    check_stale,
)
from assistant.letters.lint.reading import Reading, read
from assistant.letters.lint.remedies import check_obsolete, check_remedy

__all__ = ["Element", "Finding", "LintFacts", "blocking", "lint"]


def lint(text: str, facts: LintFacts) -> tuple[Finding, ...]:
    """Everything found in the body of a reply, in the order of its lines; `blocks` says what must be mended first."""
    found = [*_findings(read(text), facts), *check_privacy(text)]
    return tuple(sorted(found, key=lambda one: (one.line, not one.blocks)))


def blocking(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those a reply may not go out with."""
    return tuple(one for one in findings if one.blocks)


def _findings(reading: Reading, facts: LintFacts) -> Iterator[Finding]:
    yield from check_blanks(reading)
    yield from check_obsolete(reading)
    yield from check_stale(reading)
    if facts.outcome is None:
        yield from check_content(reading)
        return
    yield from check_elements(reading, facts.outcome, facts)
    yield from check_remedy(reading, facts.outcome, facts)
    yield from check_purpose(reading)
