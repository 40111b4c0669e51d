"""Commands of those who keep the directory true: imports, checks, suggestions, duplicates."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from services.registry.backbone import RegistryBackbone
from services.registry.domain import Id, Json, Uuid
from services.registry.import_log import Count, Files, First, Kinds, Remarks
from services.registry.pairs import Verdict
from shared.events.doors import SuggestionSubmitted
from shared.events.registry import SuggestionAccepted, SuggestionRefused
from shared.fields import check_code
from shared.messaging import Received, command, handles
from shared.vocabulary.suggestions import SUGGESTION_REFUSALS

Source = Annotated[str, Meta(pattern="^[A-Za-z0-9._-]{1,60}$")]
Size = Annotated[int, Meta(ge=1, le=500)]


class Upkeep:
    """The part of the registry's entrypoints that is about how true its records are."""

    backbone: RegistryBackbone

    @command
    def record_import(
        self,
        import_id: Uuid,
        source: Source,
        files: Files,
        kinds: Kinds,
        left: Count,
    ) -> Json:
        """Keep the sums of an import, the last twenty; `left` is how many remarks there are."""
        self.backbone.import_log.begin(import_id, source, files, kinds, left)
        return {"import_id": import_id}

    @command
    def record_remarks(self, import_id: Uuid, first: First, remarks: Remarks) -> Json:
        """Keep remarks of an import by number, 5,000 at most; {kept}."""
        return {"kept": self.backbone.import_log.add(import_id, first, remarks)}

    @command
    def imports(self, agency: str) -> list[Json]:
        """Return the last imports to the agency that coordinates, the newest first."""
        return self.backbone.import_log.all(agency)

    @command
    def import_remarks(self, agency: str, import_id: Uuid, first: First, size: Size) -> Json:
        """Return one import with some of its remarks, from number `first`."""
        return self.backbone.import_log.one(agency, import_id, first, size)

    @command
    def verify(self, command_id: Id, service: Uuid, agency: Uuid, actor: Id) -> Json:
        """Take an agency's word that everything in its service's record is right today."""
        return self.backbone.verifying.verify(service, agency, command_id, actor)

    @command
    def upkeep_of(self, agency: Uuid, size: Size = 200) -> Json:
        """Return {records, total}: an agency's services, the longest unchecked first."""
        return self.backbone.verifying.services_of(agency, size)

    @command
    def suggestions(self, agency: Id) -> list[Json]:
        """Return the open suggestions about an agency's services; the coordinator's are all."""
        return self.backbone.suggestions.open(agency)

    @command
    def suggestion(self, suggestion: Id, agency: Id) -> Json:
        """Return one suggestion; NotFound for agencies that do not decide about it."""
        return self.backbone.suggestions.one(suggestion, agency)

    @command
    def accept_suggestion(self, command_id: Id, suggestion: Id, agency: Id, actor: Id) -> Json:
        """Mark a suggestion as right; the record changes when its agency publishes it anew."""
        return self.backbone.suggestions.accept(suggestion, agency, command_id, actor)

    @command
    def refuse_suggestion(
        self, command_id: Id, suggestion: Id, reason: Id, agency: Id, actor: Id
    ) -> Json:
        """Refuse a suggestion with a code of SUGGESTION_REFUSALS."""
        check_code("reason", reason, SUGGESTION_REFUSALS)
        return self.backbone.suggestions.refuse(suggestion, reason, agency, command_id, actor)

    @command
    def possible_duplicates(self, agency: Id) -> Json:
        """Return pairs of organizations that may be one, with why; for the coordinator alone."""
        return self.backbone.pairs.possible(agency)

    @command
    def decide_pair(
        self,
        command_id: Id,
        first: Uuid,
        second: Uuid,
        verdict: Verdict,
        agency: Id,
        actor: Id,
    ) -> Json:
        """Link two organizations or tell them apart; nothing is merged, the last word counts."""
        by = {"command_id": command_id, "actor": actor}
        return self.backbone.pairs.decide((first, second), verdict, agency, by)

    @handles(SuggestionSubmitted)
    def on_suggested(self, happened: Received[SuggestionSubmitted]) -> None:
        """Keep it for who decides."""
        said = happened.data
        self.backbone.suggestions.keep(
            said.suggestion,
            said.service,
            said.codes,
            claim=said.claim,
            said_by=said.said_by,
            at=happened.time,
            cause=happened.id,
        )

    @handles(SuggestionAccepted, SuggestionRefused)
    def on_decided(self, happened: Received[SuggestionAccepted | SuggestionRefused]) -> None:
        """What was written is erased."""
        self.backbone.suggestions.forget_words(happened.data.suggestion)
