"""What more than one process needs: events, vocabulary, messaging, storage, crypto, settings."""
