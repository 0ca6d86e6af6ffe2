"""Measurements: each figure of the documents comes from a command here."""
