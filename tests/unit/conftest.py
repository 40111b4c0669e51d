"""A busy machine must not fail a test: hypothesis times nothing here."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
