"""The agency workspace: what signed-in staff see and do."""
