"""CONTRACT.md and the simulator say the same."""

from __future__ import annotations

import re
from pathlib import Path

from simulators.registry import operation
from simulators.registry.operation import TokenRule
from simulators.registry.systems import OPERATIONS

CONTRACT = Path(operation.__file__).parent / "CONTRACT.md"
ROW = re.compile(r"^\| `([a-z-]+)/([a-z_]+)`(?: \*writes\*)? \| (–|TS|T) \| `\{(.*?)\}` \|", re.MULTILINE)
TOKENS = {"–": TokenRule.NOT_NEEDED, "T": TokenRule.NEEDED, "TS": TokenRule.NEEDED_OF_SUBJECT}


def rows() -> dict[tuple[str, str], tuple[str, str]]:
    return {(row[0], row[1]): (row[2], row[3]) for row in ROW.findall(CONTRACT.read_text(encoding="utf-8"))}


def test_every_operation_stands_in_the_contract_and_no_other() -> None:
    assert set(rows()) == set(OPERATIONS)


def test_the_contract_names_the_token_and_the_input_of_every_operation() -> None:
    for name, (token, fields) in rows().items():
        known = OPERATIONS[name]
        assert known.token is TOKENS[token], name
        written = {re.split(r"[ :]", field.strip())[0] for field in re.sub(r"\[.*?\]", "", fields).split(",")}
        assert written == set(known.input.model_fields), name


def test_every_code_the_gateway_gives_is_explained() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in CONTRACT.parent.rglob("*.py"))
    given = set(re.findall(r'(?:_rejected|Rejection)\(\s*"([A-Z_]+)"', source))
    explained = set(re.findall(r"`([A-Z_]+)`", CONTRACT.read_text(encoding="utf-8")))
    assert len(given) >= 10
    assert given <= explained
