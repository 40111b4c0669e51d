"""The subscriptions service owns agencies' standing orders for public events, and each delivery.

It logs what the registry, the library and the referral service state, reads every stream in its
order, decides who may see each event, and brings it to webhooks, agency queues and feeds: at
least once, in order per stream, and on disk before anything is sent.
"""
