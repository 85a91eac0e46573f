"""Fieldwork as it happens, and how evenly it answered."""
