"""The only part of this service that speaks to MongoDB: streams, codes, the directory, counts,
courses."""

from services.referrals.store.asked import Asked
from services.referrals.store.codes import Codes
from services.referrals.store.courses import Courses
from services.referrals.store.directory import Directory
from services.referrals.store.ledger import Ledger
from services.referrals.store.release_keys import ReleaseKeys

__all__ = ["Asked", "Codes", "Courses", "Directory", "Ledger", "ReleaseKeys"]
