"""The JSON Schema of a scenario file, made from the models; ``schema.json`` is its printed form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stack.scenario.model import Scenario

SCHEMA_FILE = Path(__file__).parent / "schema.json"


def scenario_schema() -> dict[str, Any]:
    """What an editor checks scenario files against (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Scenario.model_json_schema(by_alias=True),
        "title": "Belsendi scenario",
    }
