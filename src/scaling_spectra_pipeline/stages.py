"""Stages, by the folders of their tables."""

from pathlib import Path

# folders whose tables are of one kind each; elsewhere all are of the same
EACH_ITS_OWN = ("studies", "tables")


def stage_of(table: str | Path) -> str:
    """Stage of a table, which names its schema: its folder, or its own name where each has a schema of its own."""
    table = Path(table)
    return table.stem if table.parent.name in EACH_ITS_OWN else table.parent.name
