"""How well a search finds: a frozen set of judged queries over two directories."""
