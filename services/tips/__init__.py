"""The tips service owns what the community reports: receipts, triage, two-way messages.

It never holds a word of a tip. The text is a sealed claim that only the triage agency's key
opens; here are claim ids, states, deadlines and the verifiers of receipts. Every tip belongs to
the triage agency, and one that is not opened in time moves up to the supervisor, again and again.
"""
