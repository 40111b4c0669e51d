"""The public pages in a real browser, on stand-ins of what is behind the portal."""
