"""The site of a release: a page of the whole with a map of tiles and sortable tables, methods, and what changed."""

from analysis.memos.site.pages import write_site

__all__ = ["write_site"]
