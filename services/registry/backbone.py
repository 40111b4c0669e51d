"""What the registry's entrypoints work with, each part made once a process."""

from __future__ import annotations

from functools import cached_property

from services.registry.importing import Imports
from services.registry.pairing import Pairs
from services.registry.panels import Panels, Pathways
from services.registry.published.answers import Published
from services.registry.rotas import Rotas
from services.registry.store import Capacities, Directory, Ledger, Members
from services.registry.store_of_imports import ImportLog
from services.registry.suggesting import Suggestions
from services.registry.verifying import Verifying
from shared.messaging import Backbone


class RegistryBackbone(Backbone):
    """The backbone with the registry's own view of its streams."""

    def setup(self) -> None:
        super().setup()
        self.ledger.prepare()
        self.import_log.prepare()

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.streams, self.clock)

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.ledger)

    @cached_property
    def published(self) -> Published:
        return Published(self.ledger, self.settings.coordinator_agency)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self.ledger, self.directory)

    @cached_property
    def import_log(self) -> ImportLog:
        return ImportLog(self.db, self.settings.coordinator_agency, self.clock)

    @cached_property
    def verifying(self) -> Verifying:
        return Verifying(self.ledger)

    @cached_property
    def capacities(self) -> Capacities:
        return Capacities(self.ledger)

    @cached_property
    def members(self) -> Members:
        return Members(self.ledger)

    @cached_property
    def rotas(self) -> Rotas:
        return Rotas(self.ledger)

    @cached_property
    def panels(self) -> Panels:
        return Panels(self.ledger)

    @cached_property
    def pathways(self) -> Pathways:
        return Pathways(self.ledger, self.settings.coordinator_agency)

    @cached_property
    def suggestions(self) -> Suggestions:
        return Suggestions(self.ledger, self.claims, self.settings.coordinator_agency)

    @cached_property
    def pairs(self) -> Pairs:
        return Pairs(self.ledger, self.settings.coordinator_agency)
