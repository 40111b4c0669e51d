"""The only part of this service that speaks to MongoDB: streams, stream codes, the directory."""

from services.referrals.store.codes import Codes
from services.referrals.store.directory import Directory
from services.referrals.store.ledger import Ledger

__all__ = ["Codes", "Directory", "Ledger"]
