"""The resource library owns guides, fact sheets, forms, trainings, benefits and policies.

A guide is one stream a language, `guide:<slug>:<lang>`: written, published, changed, withdrawn.
Every version stays in its commits. Readers hear of a guide by event and fetch it by call.
"""
