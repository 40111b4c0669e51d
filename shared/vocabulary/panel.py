"""Who may stand on a panel: professionals who give their time, and interpreters."""

from __future__ import annotations

PANEL_ROLES: dict[str, str] = {
    "interpreter": "Interpreter",
    "lawyer": "Lawyer",
    "doctor": "Doctor or nurse",
    "dentist": "Dentist",
    "mental_health": "Counselor or therapist",
    "advocate": "Advocate",
    "teacher": "Teacher or tutor",
    "other": "Another professional",
}
