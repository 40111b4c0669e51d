"""The whole suite, all processes and components of it, as people and programs outside meet it."""
