"""The referral service owns streams: a client's needs, referrals, offers, case manager, deadlines.

An open stream always has exactly one owner (an agency's role, never a person) and a next action
with a deadline; `domain.settled` refuses to hand out one that has not. Beside the streams it keeps
the verifiers of stream codes and its own copy of the directory, from which it ranks services.
"""
