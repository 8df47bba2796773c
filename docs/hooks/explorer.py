"""The Explorer in its page, where `make gallery` has put a copy of one."""

from pathlib import Path

MARK = "<!-- explorer -->"
COPY = "gallery/explorer.html"


def on_page_markdown(markdown: str, page, config, **_) -> str:
    """Put the copy where the page has its mark; without one the page goes on without (called by mkdocs)."""
    there = page.file.src_uri == "explorer.md" and (Path(config["docs_dir"]) / COPY).exists()
    frame = f'[On a page of its own]({COPY}).\n\n<iframe class="explorer" title="The Explorer" src="{COPY}"></iframe>'
    return markdown.replace(MARK, frame if there else "")
