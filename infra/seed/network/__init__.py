"""The sample network: a made-up state with fifty agencies, for the demo, the journey and the tests.

Everything in it is fictional: names, streets, people, and phones that nobody has (555-01xx). Ids
are derived from slugs, so the same network is the same everywhere.
"""

from infra.seed.network.package import AS_OF, sample_files

__all__ = ["AS_OF", "sample_files"]
