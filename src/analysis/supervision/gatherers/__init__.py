"""Gatherers: what the ledger holds of the office's year, as tables and cells for memos."""
