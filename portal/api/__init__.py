"""The agency API: what an agency's own programs read and do, with a key."""
