"""Citations of order 509 as people read them: "B-r13(5)" is sub-paragraph 5 of paragraph 13 of the burial rules."""

from __future__ import annotations

import re

from api.console.wording import Words

_RULE = re.compile(
    r"^(?P<order>[BDS])-(?P<kind>r|t)(?P<number>\d+(?:-\d+)?)(?:\((?P<item>\d+)\))?(?P<rest>.*)$"
)
_OURS = re.compile(r"^(SIL|INC)-\d{2}$")


class Citations:
    """Explains the codes on a page in its language, and remembers which were used for the legend."""

    def __init__(self, words: Words) -> None:
        self._t = words
        self.used: dict[str, str] = {}

    def __call__(self, code: str) -> str:
        """What the code stands for; a source that is no code is said in the language of the page."""
        said = self._explain(code)
        if said != code and (self.ours(code) or _RULE.match(code)):
            self.used.setdefault(code, said)
        return said

    @staticmethod
    def ours(code: str) -> bool:
        """Whether the code is a decision of the product, not a rule of the order."""
        return _OURS.match(code) is not None

    def listed(self) -> list[tuple[str, str]]:
        return sorted(self.used.items())

    def _explain(self, code: str) -> str:
        if self.ours(code):
            return self._t.code("silence", code)
        found = _RULE.match(code)
        if found is None:
            return self._t.source(code)
        group = "rule" if found["kind"] == "r" else "row"
        if found["item"]:
            return self._t(f"citation.{group}_item", n=found["number"], item=found["item"])
        whose = f"rule_{found['order']}" if group == "rule" else group
        return self._t(f"citation.{whose}", n=found["number"])
