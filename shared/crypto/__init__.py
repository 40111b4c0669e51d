"""Sealing of what people write, and the codes they keep."""
