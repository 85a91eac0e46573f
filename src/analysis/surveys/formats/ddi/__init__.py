"""DDI-Codebook 2.5."""
