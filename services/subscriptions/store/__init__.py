"""What the subscriptions service keeps in MongoDB: standing orders, the journal, deliveries."""

from services.subscriptions.store.deliveries import Deliveries
from services.subscriptions.store.feeds import Feeds
from services.subscriptions.store.journal import Journal
from services.subscriptions.store.lanes import Lane, Lanes
from services.subscriptions.store.standing_orders import StandingOrders

__all__ = ["Deliveries", "Feeds", "Journal", "Lane", "Lanes", "StandingOrders"]
