"""The needs of people after trafficking: one block of data a need.

Source: U.S. Department of Health and Human Services, ASPE, "Study of HHS Programs Serving Human
Trafficking Victims", table of service needs by type of victim. A need type is added by adding a
block here and its translations.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """A need type. `words` are lay search words by language; `urgent` ones get the short lease.

    `for_whom` lists the age_group/origin pairs the source says have this need; "all" is everyone.
    """

    code: str
    label: str
    urgent: bool = False
    for_whom: tuple[str, ...] = ("all",)
    words: tuple[str, ...] = ()


FOREIGN = ("adult/foreign_national", "minor/foreign_national")
NOT_FOREIGN_MINORS = ("adult/foreign_national", "adult/domestic", "minor/domestic")

_TABLE = (
    Need("safety", "Being safe now", urgent=True, words=("danger", "hide", "escape", "peligro")),
    Need(
        "emergency_housing",
        "A place to stay tonight",
        urgent=True,
        words=("shelter", "bed tonight", "homeless", "refugio", "albergue", "cama"),
    ),
    Need(
        "food_clothing",
        "Food and clothes",
        urgent=True,
        words=("food pantry", "meal", "hungry", "comida", "ropa", "despensa"),
    ),
    Need(
        "translation",
        "Someone who speaks my language",
        for_whom=FOREIGN,
        words=("interpreter", "translator", "interprete", "traductor"),
    ),
    Need(
        "legal_guardianship",
        "A guardian for a young person",
        for_whom=("minor/foreign_national", "minor/domestic"),
        words=("guardian", "custody", "tutor legal"),
    ),
    Need(
        "transitional_housing",
        "A place to stay for some months",
        for_whom=NOT_FOREIGN_MINORS,
        words=("transitional", "temporary home", "vivienda temporal"),
    ),
    Need(
        "long_term_housing",
        "A home of my own",
        for_whom=NOT_FOREIGN_MINORS,
        words=("rent", "apartment", "alquiler", "departamento", "vivienda"),
    ),
    Need(
        "permanency_placement",
        "A lasting home for a young person",
        for_whom=("minor/foreign_national",),
        words=("foster", "hogar de acogida"),
    ),
    Need(
        "legal_assistance",
        "A lawyer",
        for_whom=NOT_FOREIGN_MINORS,
        words=("lawyer", "attorney", "visa", "immigration", "abogado", "visa t", "inmigracion"),
    ),
    Need("advocacy", "Someone on my side", words=("advocate", "support", "defensora", "apoyo")),
    Need("medical_care", "A doctor", words=("doctor", "clinic", "health", "clinica", "salud")),
    Need("dental_care", "A dentist", words=("dentist", "tooth", "teeth", "dentista", "muela")),
    Need(
        "mental_health",
        "Someone to talk to",
        words=("counseling", "therapy", "trauma", "sad", "terapia", "consejeria", "ansiedad"),
    ),
    Need(
        "substance_abuse_treatment",
        "Help with drugs or alcohol",
        words=("detox", "addiction", "rehab", "drogas", "alcohol", "adiccion"),
    ),
    Need(
        "transportation",
        "A ride",
        for_whom=NOT_FOREIGN_MINORS,
        words=("bus", "ride", "transport", "transporte", "pasaje"),
    ),
    Need("life_skills", "Everyday skills", words=("budget", "cooking", "habilidades")),
    Need("education", "School and classes", words=("school", "english class", "escuela", "clases")),
    Need(
        "financial_assistance",
        "Money help",
        for_whom=NOT_FOREIGN_MINORS,
        words=("money", "cash", "bills", "dinero", "ayuda economica"),
    ),
    Need(
        "job_training_employment",
        "Work and training",
        words=("job", "work permit", "training", "trabajo", "empleo", "capacitacion"),
    ),
    Need("child_care", "Care for my children", words=("daycare", "childcare", "guarderia")),
    Need(
        "reunification_repatriation",
        "Going home or finding family",
        words=("family", "go home", "return", "familia", "regresar"),
    ),
    Need("identity_documents", "Papers and ID", words=("id", "passport", "papeles", "pasaporte")),
    Need("crisis_intervention", "Help in a crisis", urgent=True, words=("crisis", "suicide")),
    Need(
        "case_management",
        "One person who helps with everything",
        words=("case manager", "social worker", "trabajadora social"),
    ),
)

NEEDS: dict[str, Need] = {need.code: need for need in _TABLE}
