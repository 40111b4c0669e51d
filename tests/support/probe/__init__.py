"""Two small services and their events, to try the backbone itself; only their processes know them.

`python -m tests.support.probe.run sender listener` runs them,
`python -m tests.support.probe.relay sender` their relay.
"""
