"""One path, three ways: accepted over HTTP, stored by a first service, applied by a second.

`ours` is the backbone as the suite uses it, `plain` nameko 2.14 as its documentation shows it,
`raw` the same with kombu alone. All write with majority and journal; queues and messages are
durable and publishes confirmed.
"""
