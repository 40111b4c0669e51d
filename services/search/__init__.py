"""Search owns nothing: it projects the registry's services and the library's guides into an index.

Events say what changed; the cards and guides are fetched and kept as `documents`, each with the
revision it changed in. From them the Meilisearch index is filled, and the portal's own snapshot
(`changes_after`). All of it can be deleted and made again: `rebuild`.
"""
