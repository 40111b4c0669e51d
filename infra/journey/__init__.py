"""The no-wrong-door journey, played aloud against a running suite as people would live it."""
