"""Every figure is a link to its image: on a phone it is too small to read, and there the image can be enlarged."""

import re

# not within a link
FIGURE = re.compile(r'(?<!">)<img [^>]*src="(?P<image>[^"]+\.png)"[^>]*>')


def on_page_content(content: str, **_) -> str:
    """Link the figures of a page (called by mkdocs)."""
    return FIGURE.sub(lambda found: f'<a href="{found["image"]}">{found[0]}</a>', content)
