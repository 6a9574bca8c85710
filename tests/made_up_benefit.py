"""The made-up fourth benefit of docs/adding-a-benefit, put where its page says: data and templates, no code."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from belsendi.law.data_files import DATA_FOLDER

CODE = "WNT"
PAGE = Path(__file__).parents[1] / "docs" / "adding-a-benefit.md"
EXAMPLE = PAGE.with_suffix("")
TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True)
class Edition:
    """Law data and templates as they would be with the benefit in them."""

    law: Path
    templates: Path


def edition_with_the_benefit(folder: Path) -> Edition:
    """Copies what the product ships into ``folder`` and adds the example to it."""
    law = Path(shutil.copytree(DATA_FOLDER, folder / "law"))
    templates = Path(shutil.copytree(TEMPLATES, folder / "templates"))
    for added, target in ((EXAMPLE / "law", law), (EXAMPLE / "sms", templates / "sms")):
        for file in (path for path in sorted(added.rglob("*")) if path.is_file()):
            _add(file, target / file.relative_to(added))
    return Edition(law, templates)


def _add(file: Path, target: Path) -> None:
    """Entries of a YAML file go into the file of that name; a text is a file of its own."""
    if file.suffix != ".yaml":
        shutil.copy(file, target)
        return
    present, added = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (target, file))
    target.write_text(yaml.safe_dump(_merged(present, added), allow_unicode=True), encoding="utf-8")


def _merged(present: Any, added: Any) -> Any:
    if isinstance(present, list):
        return present + added
    assert not (clash := {key for key in added if key in present and not isinstance(present[key], dict)}), (
        clash
    )
    return present | {
        key: _merged(present[key], value) if key in present else value for key, value in added.items()
    }
