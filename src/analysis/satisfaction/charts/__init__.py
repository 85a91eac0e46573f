"""Charts of results, one kind a file: each gives a complete Vega-Lite specification in the house theme."""
