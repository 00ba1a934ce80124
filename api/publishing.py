"""What is published about the API, as files: the OpenAPI document and the list of problems."""

import json
from pathlib import Path
from typing import Any

from api.app import PUBLISHED
from api.catalogue import problem_list
from api.documentation import rendered


def published() -> dict[str, Any]:
    """The OpenAPI document, as GET /openapi.json serves it."""
    return json.loads(rendered(PUBLISHED))


def files() -> dict[str, str]:
    """The content of each published file, by name."""
    document = json.dumps(published(), indent=2, ensure_ascii=False) + "\n"
    return {"openapi.json": document, "problems.md": problem_list()}


def write_all(folder: Path) -> None:
    """Write the published files into a folder; unchanged code writes the same bytes again."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_text(content, encoding="utf-8")
