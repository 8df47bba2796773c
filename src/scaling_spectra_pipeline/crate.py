"""Metadata of an archived build: a Workflow RO-Crate."""

from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from rocrate.model import ContextEntity, File
from rocrate.rocrate import ROCrate

MANIFEST = "manifest.json"
# the crate's version that the profile Workflow RO-Crate 1.0 belongs to
RO_CRATE = "1.1"
FORMATS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".cff": "application/yaml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
FOLDERS = {
    "benchmarks": "Benchmarks and their results",
    "docs": "Documentation",
    "examples": "Examples",
    "profiles": "Snakemake's profile for one machine",
    "scripts": "Scripts of the rules",
    "src": "Python packages: numerical core, pipeline, messages",
    "tests": "Tests",
    "web": "Sources of the page to explore the theory",
    "workflow": "Rules, presets of the scales, profiles for clusters",
}
DESCRIBED = {
    "CITATION.cff": "How to cite this project",
    "Dockerfile": "Image of a container that runs the workflow",
    "LICENSE": "Licence",
    "README.md": "Where to begin",
    "codemeta.json": "Description for catalogues of software",
    "config.yaml": "Configuration",
    "environment.yml": "Pinned versions, for conda",
    "requirements.lock": "Pinned versions, for pip",
}


def single(values: list[Any]) -> Any:
    """A list, or the only value in it: the profile asks for this."""
    return values if len(values) != 1 else values[0]


def people(crate: ROCrate, authors: list[dict[str, str]]) -> Any:
    """Entities of authors as CITATION.cff lists them: persons, or a group with a name."""
    found = []
    for author in authors:
        if "name" in author:
            properties = {"@type": "Organization", "name": author["name"]}
        else:
            given, family = author.get("given-names", ""), author["family-names"]
            properties = {"@type": "Person", "name": f"{given} {family}".strip(), "familyName": family}
            if given:
                properties["givenName"] = given
        identifier = author.get("orcid", "#" + quote(properties["name"].replace(" ", "-")))
        found.append(crate.add(ContextEntity(crate, identifier, properties)))
    return single(found)


def described(build: str, files: list[str], revision: str, committed: str) -> ROCrate:
    """Metadata of the crate that holds `files` of a revision, committed at that time."""
    cited = yaml.safe_load(Path("CITATION.cff").read_text(encoding="utf-8"))
    crate = ROCrate(version=RO_CRATE, gen_preview=True)
    licence = f"https://spdx.org/licenses/{cited['license']}"
    crate.license = crate.add(ContextEntity(crate, licence, {"@type": "CreativeWork", "name": cited["license"]}))
    authors = people(crate, cited["authors"])
    papers = []
    for work in cited.get("references", []):
        properties = {"@type": "ScholarlyArticle", "name": work["title"], "datePublished": str(work["year"])}
        paper = crate.add(ContextEntity(crate, work["url"], {**properties, "url": work["url"]}))
        paper["author"] = people(crate, work["authors"])
        papers.append(paper)

    root = crate.root_dataset
    root["name"] = f"{cited['title']} {cited['version']}: figures, tables and workflow of the build {build}"
    titles = "; ".join(paper["name"] for paper in papers)
    root["description"] = (
        f"A build, {build}, that passed its checks: the workflow, the tables and figures it made, and "
        f"{MANIFEST} with checksums, settings, seed and versions. It reproduces: {titles}."
    )
    root["version"] = cited["version"]
    root["identifier"] = revision
    root["author"] = authors
    root["citation"] = single(papers)
    crate.datePublished = committed

    workflow = crate.add_workflow(dest_path="Snakefile", main=True, lang="snakemake", lang_version=version("snakemake"))
    workflow["name"] = cited["title"]
    workflow["description"] = "Train networks, solve the theory, fit exponents, draw every figure and check it"
    workflow["version"], workflow["encodingFormat"] = cited["version"], "text/plain"
    workflow["license"], workflow["creator"], workflow["author"] = crate.license, authors, authors
    workflow["citation"] = single(papers)

    for name in sorted({name.split("/")[0] for name in files if "/" in name} & FOLDERS.keys()):
        crate.add_dataset(dest_path=f"{name}/", properties={"name": FOLDERS[name]})
    for name in [*files, MANIFEST]:
        if about := entry(build, name):
            file = crate.add(File(crate, dest_path=name, properties=about))
            if name == "README.md":
                file["about"] = root
    return crate


def entry(build: str, name: str) -> dict[str, str]:
    """Properties of a file that the metadata list on its own; none for the others, which lie in listed folders."""
    path = Path(name)
    if name in DESCRIBED:
        about = {"name": DESCRIBED[name]}
    elif name == MANIFEST:
        about = {"name": "Manifest: SHA-256 of every file, settings, seed, versions, machine, revision"}
    elif name == f"report/{build}.html":
        about = {"name": "Report: figures, tables, checks and run times in one page"}
    elif name.startswith(f"figures/{build}/"):
        caption = path.with_suffix(".txt")
        part = {".csv": "numbers of", ".txt": "caption of"}.get(path.suffix, "figure")
        about = {"name": "Page to explore the theory" if path.suffix == ".html" else f"{part} {path.stem}"}
        if path.suffix in (".pdf", ".png") and caption.exists():
            about["description"] = caption.read_text(encoding="utf-8").strip()
    elif name.startswith(f"results/{build}/checks."):
        about = {"name": "Verdict of the checks"}
    elif name.startswith(f"results/{build}/") and path.suffix == ".csv":
        about = {"name": f"Table {path.parent.name}/{path.stem}", "description": "Columns: docs/tables.md"}
    else:
        return {}
    about["encodingFormat"] = FORMATS.get(path.suffix, "text/plain")
    if name != MANIFEST:
        about["contentSize"] = str(path.stat().st_size)
    return about
