"""The accounts service owns who may sign in, and with what: keys, staff, roles, sessions, links.

No name, password or secret reaches it. A sign-in name comes as a keyed locator, a session and an
API key as their hash or id, a password as the id of the claim that holds its argon2id hash, a
capacity link's token as a keyed locator and its hash.
"""
