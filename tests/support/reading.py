"""How hard a text reads, and whether it holds a phone number that belongs in the settings."""

from __future__ import annotations

import re

#: A phone or short-code number written out: these live in the deployment's settings only.
PHONE = re.compile(r"\(?\d{3}\)?[-. ]\d{3,4}(?:[-. ]\d{4})?|\b(?:911|988|211|311|112)\b|\b\d{5,}\b")
#: Form and law numbers that look like nothing of the kind once their prefix is known.
NOT_A_PHONE = re.compile(r"(?:I|SB)[- ]\d{3,4}\b|\b\d{2} CFR\b")


def phones(text: str) -> list[str]:
    """The phone numbers written out in a text; addresses of links are left out."""
    return PHONE.findall(NOT_A_PHONE.sub("", re.sub(r"\(https?://[^)]*\)", "", text)))


def prose(markdown: str) -> list[str]:
    """The sentences a reader meets: each list item ends one, headings are left out."""
    lines = [line.strip() for line in markdown.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    lines = [re.sub(r"^(?:[-*]|\d+\.)\s+", "", line) for line in lines]
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line).replace("**", "") for line in lines]
    sentences = (part for line in plain for part in re.split(r"(?<=[.!?])[\"”)]?\s+", line))
    return [sentence for sentence in sentences if re.search(r"[A-Za-z]", sentence)]


def syllables(word: str) -> int:
    """Vowel groups, less a silent final e: right on average, which is all a grade asks."""
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def grade(markdown: str) -> float:
    """The Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    sentences = prose(markdown)
    words = [w.lower() for s in sentences for w in re.findall(r"[A-Za-z']+", s)]
    sounds = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * sounds / len(words) - 15.59
