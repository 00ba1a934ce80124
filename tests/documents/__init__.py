"""Documents as they lie in the archive."""
