"""Documentation made from the code: the event pages and the AsyncAPI document."""
