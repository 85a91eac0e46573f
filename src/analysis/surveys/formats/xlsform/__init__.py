"""XLSForms: written, and read into our text."""
