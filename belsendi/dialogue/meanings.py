"""The meanings of messages and the kinds of questions (they travel between processes, so contracts own them)."""

from __future__ import annotations

from belsendi.contracts.conversation import Meaning, QuestionKind

__all__ = ["Meaning", "QuestionKind"]
