"""Measurements, always against a peer in the same run."""
