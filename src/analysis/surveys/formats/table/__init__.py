"""Plain tables of questions in Excel, Word or CSV, read into our text."""
