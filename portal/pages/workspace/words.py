"""The words staff read for codes on the bus, marked for translation."""

from __future__ import annotations

from portal.i18n import N_

ROLES: dict[str, str] = {
    "case_manager": N_("Case manager"),
    "intake": N_("Intake"),
    "triage": N_("Triage"),
    "coordinator": N_("Coordinator"),
    "supervisor": N_("Supervisor"),
    "agency_admin": N_("Agency administrator"),
}

#: What has to be done next in a stream (codes of the referral service).
ACTIONS: dict[str, str] = {
    "find_case_manager": N_("Find a case manager"),
    "place_need": N_("Find help for a need nobody could take"),
    "make_contact": N_("Make the first contact"),
    "answer_client": N_("Answer the client's message"),
    "follow_up": N_("Follow up"),
    "close_stream": N_("Close the stream, or record another need"),
}
RELATIONS: dict[str, str] = {
    "case_manager": N_("You are the case manager"),
    "coordinator": N_("You coordinate"),
    "owner": N_("You own this stream"),
    "serving": N_("You serve this client"),
    "offered": N_("You hold an offer"),
    "door": N_("The client came in at your door"),
}
REFERRAL_STATES: dict[str, str] = {
    "requested": N_("Looking for a service"),
    "accepted": N_("Accepted"),
    "in_progress": N_("In progress"),
    "on_hold": N_("On hold"),
    "completed": N_("Completed"),
    "failed": N_("Failed"),
    "cancelled": N_("Called off"),
}
#: A referral that is `requested` and held by an agency.
OFFERED = N_("Offered")
NEED_STATES: dict[str, str] = {
    "open": N_("Still open"),
    "unmet": N_("Nobody could take it"),
    "met": N_("Met"),
    "ended": N_("Not asked for any more"),
}
#: What the client is told of a need; doors see the same.
STEPS: dict[str, str] = {
    "waiting": N_("Waits for a case manager"),
    "looking": N_("Looking for a service"),
    "still_looking": N_("Still looking"),
    "accepted": N_("Accepted"),
    "in_progress": N_("In progress"),
    "paused": N_("On hold"),
    "done": N_("Done"),
    "ended": N_("Not asked for any more"),
}
#: What staff may do with a referral: the button, and the code of the command.
MOVES: dict[str, str] = {
    "start": N_("Start"),
    "hold": N_("Put on hold"),
    "resume": N_("Go on"),
    "complete": N_("Complete"),
    "fail": N_("Could not be given"),
    "cancel": N_("Call off"),
}
OUTCOMES: dict[str, str] = {
    "expired": N_("Did not answer in time"),
    "full": N_("No free unit"),
    "accepted": N_("Said yes"),
}

#: Rules of the matching, as the reason why a service fits or does not.
RULES: dict[str, str] = {
    "active": N_("Service is open"),
    "need": N_("Need"),
    "membership": N_("Membership"),
    "checked": N_("Record checked"),
    "population": N_("Group"),
    "age": N_("Age"),
    "gender": N_("Gender"),
    "area": N_("Area"),
    "language": N_("Language"),
    "avoid": N_("What the client avoids"),
    "excluded": N_("Safety"),
    "asked": N_("Asked before"),
    "capacity": N_("Capacity"),
    "always_open": N_("Open day and night"),
    "helps_already": N_("Helps this client already"),
    "declined_before": N_("Declined this client before"),
}
MISSES: dict[str, str] = {
    "active": N_("The service is closed"),
    "need": N_("Does not answer this need"),
    "membership": N_("Not a member at present"),
    "checked": N_("Nobody checked its record for a year"),
    "population": N_("Not for this group"),
    "age": N_("Not for this age"),
    "gender": N_("Not for this gender"),
    "area": N_("Does not cover the area"),
    "language": N_("Does not have the language"),
    "avoid": N_("The client wants to keep away from it"),
    "excluded": N_("Not safe for this client"),
    "asked": N_("Was asked before"),
    "capacity": N_("Full"),
}
TRACE: dict[str, str] = {
    "stated": N_("fits"),
    "everyone": N_("everyone"),
    "spoken": N_("spoken there"),
    "interpreter": N_("with an interpreter"),
    "same": N_("same area"),
    "around": N_("wider area"),
    "remote": N_("from a distance"),
    "not_stated": N_("not stated"),
    "unknown": N_("not known"),
    "member": N_("member"),
    "yes": N_("yes"),
    "no": N_("no"),
    "has": N_("has space"),
    "none": N_("full"),
    "none_with_waitlist": N_("waiting list"),
    "assessment_needed": N_("call to find out"),
}
EVENTS: dict[str, str] = {
    "stream.opened": N_("The stream was opened"),
    "stream.continued": N_("The client came to another door"),
    "stream.followed_up": N_("Followed up"),
    "stream.overdue": N_("A deadline passed: it moved on"),
    "stream.closed": N_("The stream was closed"),
    "stream.reopened": N_("The stream was opened again"),
    "need.recorded": N_("A need was recorded"),
    "need.met": N_("A need is met"),
    "need.unmet": N_("Nobody could take a need"),
    "need.ended": N_("A need is not asked for any more"),
    "referral.requested": N_("A service is looked for"),
    "referral.offered": N_("Offered"),
    "referral.accepted": N_("Accepted"),
    "referral.declined": N_("Declined"),
    "referral.expired": N_("No answer in time"),
    "referral.started": N_("The service began"),
    "referral.held": N_("Put on hold"),
    "referral.resumed": N_("Goes on"),
    "referral.completed": N_("Completed"),
    "referral.failed": N_("Could not be given"),
    "referral.cancelled": N_("Called off"),
    "case_manager.assigned": N_("A case manager took it on"),
    "client.message_received": N_("The client wrote"),
    "plan.attached": N_("A plan was made"),
    "plan.step_marked": N_("A step of the plan was marked"),
}

#: What the page says after a command was carried out, by the code in its address.
DONE: dict[str, str] = {
    "accepted": N_("You accepted. The client's stream has the next step."),
    "declined": N_("You declined. The next service is asked now."),
    "start": N_("Noted: it has begun."),
    "hold": N_("Noted: it is on hold."),
    "resume": N_("Noted: it goes on."),
    "complete": N_("Noted: it is completed."),
    "fail": N_("Noted. The next service is looked for."),
    "cancel": N_("Noted: it is called off."),
    "need": N_("The need is recorded."),
    "need_ended": N_("Noted: it is not asked for any more."),
    "looked_again": N_("We look through all services again."),
    "panel_recorded": N_("Noted. It counts from the day both papers cover."),
    "panel_ended": N_("Noted: this person is off the panel."),
    "guide_withdrawn": N_("The resource is withdrawn. Readers do not find it any more."),
    "pathway_set": N_("The pathway is saved."),
    "pathway_ended": N_("Noted: the pathway is not used any more."),
    "followed_up": N_("Noted. The next deadline has begun."),
    "planned": N_("The plan is part of the stream."),
    "marked": N_("Noted: this step is done."),
    "unmarked": N_("Noted: this step is not done."),
    "closed": N_("The stream is closed."),
    "reopened": N_("The stream is open again."),
    "continued": N_("This is the client's stream. Your door is noted in it."),
    "capacity": N_("Thank you. Your numbers are in the directory."),
    "link_ended": N_("The link has ended. Nobody can report with it any more."),
    "verified": N_("Thank you. The record is checked as of today."),
    "passed_on": N_("The tip is passed on."),
    "answered": N_("Your answer waits for the reporter."),
    "tip_closed": N_("The tip is closed."),
    "suggestion_accepted": N_("Accepted. Now change the record where your agency keeps it."),
    "suggestion_refused": N_("The suggestion is refused."),
    "linked": N_("Noted: they are linked. Nothing was merged."),
    "told_apart": N_("Noted: they are not the same."),
    "ended": N_("The subscription has ended."),
    "replayed": N_("What happened since then is brought again."),
    "subscribed": N_("The subscription has begun."),
    "signed_out": N_("You are signed out."),
}

#: How refusals call a field; one that is not here is called as in the API. Services refuse in
#: English, so these are not translated.
FIELDS: dict[str, str] = {
    "": "",
    "request": "",
    "form": "This form",
    "code": "The code",
    "entry": "The entry",
    "entry.role": "The role",
    "entry.languages": "The list of languages",
    "entry.vetting": "The vetting",
    "entry.training": "The training",
    "pathway": "The pathway",
    "said.names.en": "The name",
    "said.names.es": "The Spanish name",
    "reason": "The reason",
    "offer": "The offer",
    "stream": "The stream",
    "referral": "The referral",
    "need": "The need",
    "steps": "The steps",
    "step": "The step",
    "need_type": "The need",
    "needs": "The needs",
    "available": "Free now",
    "maximum": "In all",
    "url": "The address",
    "events": "The events",
    "after": "The time",
    "tip": "The tip",
    "to": "The recipient",
    "passphrase": "The passphrase",
    "key": "The key",
    "link": "The link",
    "agency": "Your agency",
    "service": "The service",
    "area": "The area",
    "scopes": "The scopes",
    "suggestion": "The suggestion",
}
