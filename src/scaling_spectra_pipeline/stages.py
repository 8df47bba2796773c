"""Stages, by the folders of their tables."""

from pathlib import Path


def stage_of(table: str | Path) -> str:
    """Stage of a table: its folder; a study is a stage of its own."""
    table = Path(table)
    return table.stem if table.parent.name == "studies" else table.parent.name
