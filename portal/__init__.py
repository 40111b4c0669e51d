"""The portal: public pages, the agency workspace and the APIs, on asyncio."""
