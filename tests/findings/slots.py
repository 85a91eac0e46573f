"""Which slots the messages of a language have, as the catalogues are written."""

from __future__ import annotations

import functools

from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from analysis.findings.wording import catalogues
from analysis.messages import Language

#: Messages that only other messages of the same language name begin so: their grammar needs them, Python does not.
OWN_WORDS = "words_"


@functools.cache
def slots_of(language: Language) -> dict[str, frozenset[str]]:
    """Give the slots that each message of a language has, those of messages that it names among them."""

    class _Variables(Visitor):
        def __init__(self) -> None:
            self.names: set[str] = set()
            self.messages: set[str] = set()

        def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802  fluent's name
            self.names.add(node.id.name)

        def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802
            self.messages.add(node.id.name)

    found: dict[str, frozenset[str]] = {}
    naming: dict[str, set[str]] = {}
    for file, text in catalogues()[language].items():
        for entry in FluentParser(with_spans=False).parse(text).body:
            if isinstance(entry, ast.Junk):
                raise SyntaxError(f"{language}/{file}: {(entry.content or '').strip()[:60]!r} is no message")  # noqa: TRY004
            if isinstance(entry, ast.Message):
                seen = _Variables()
                seen.visit(entry)
                found[entry.id.name], naming[entry.id.name] = frozenset(seen.names), seen.messages

    def slots(key: str) -> frozenset[str]:
        return found[key].union(*(slots(each) for each in naming[key]))

    return {key: slots(key) for key in found}
