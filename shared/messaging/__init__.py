"""The event backbone on RabbitMQ and nameko; MongoDB is the record, the broker is disposable."""

import warnings

# nameko runs on eventlet, and eventlet says at every import that it is only maintained: we know.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

from shared.messaging.backbone import Backbone
from shared.messaging.calls import Calls
from shared.messaging.commands import command
from shared.messaging.envelope import Received
from shared.messaging.handlers import every, handles, handles_many

__all__ = ["Backbone", "Calls", "Received", "command", "every", "handles", "handles_many"]
