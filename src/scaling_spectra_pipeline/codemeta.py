"""codemeta.json: this project for catalogues of software, from CITATION.cff and pyproject.toml."""

import json
import tomllib
from pathlib import Path
from typing import Any

import yaml


def codemeta(root: Path = Path(".")) -> str:
    """Text of codemeta.json."""
    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": project["name"],
        "description": cited["abstract"],
        "version": project["version"],
        "license": f"https://spdx.org/licenses/{project['license']}",
        "keywords": cited["keywords"],
        "author": [_person(author) for author in cited["authors"]],
        "programmingLanguage": "Python",
        "runtimePlatform": f"Python {project['requires-python']}",
        "operatingSystem": ["Linux", "macOS"],
        "softwareRequirements": project["dependencies"],
        "softwareSuggestions": sorted(
            {name for extra in ("train", "plot", "pipeline") for name in project["optional-dependencies"][extra]}
        ),
        "readme": "README.md",
        "softwareHelp": "docs/index.md",
        "developmentStatus": "active",
        "referencePublication": [
            {
                "@type": "ScholarlyArticle",
                "@id": work["url"],
                "name": work["title"],
                "author": [_person(author) for author in work["authors"]],
                "datePublished": str(work["year"]),
            }
            for work in cited["references"]
        ],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _person(author: dict[str, str]) -> dict[str, Any]:
    """An author as CITATION.cff has them: a person, or a group with a name."""
    if "name" in author:
        return {"@type": "Organization", "name": author["name"]}
    return {"@type": "Person", "givenName": author["given-names"], "familyName": author["family-names"]}
