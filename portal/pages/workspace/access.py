"""Which roles open which part of the workspace. A role is an agency's word for who does what."""

from __future__ import annotations

OFFERS = frozenset({"intake", "case_manager", "coordinator", "supervisor"})
STREAMS = OFFERS
#: Who may unlock what a client wrote, and speak for the whole stream.
CLIENTS = frozenset({"case_manager", "coordinator", "supervisor"})
TIPS = frozenset({"triage", "supervisor"})
NETWORK = frozenset({"coordinator", "supervisor"})
CAPACITY = frozenset({"intake", "coordinator", "supervisor", "agency_admin"})
RECORDS = CAPACITY
#: Who decides what the directory should say.
SUGGESTIONS = CAPACITY
MACHINES = frozenset({"agency_admin"})
#: Of the agency that coordinates the network; the registry refuses the others.
IMPORTS = NETWORK | MACHINES
#: Of the agency that coordinates the network, too.
GAPS = NETWORK
#: Who reports to those who pay; the figures of an agency that does not coordinate are its own.
FIGURES = NETWORK | MACHINES
#: Of the agency that coordinates the network alone: its people keep the library.
LIBRARY = IMPORTS
EVERYBODY = OFFERS | TIPS | MACHINES
