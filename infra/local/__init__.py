"""Anydoor on one machine without containers: the real components and every process, on loopback.

For development, demonstrations and tests. Production is docker-compose.yml or infra/k8s.
"""
