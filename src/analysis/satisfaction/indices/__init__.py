"""Indices: their values, their change between waves, and how far their items measure one thing."""
