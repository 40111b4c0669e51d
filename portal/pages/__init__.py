"""The pages, one module a subject; `portal.routes` gives each its address."""
