"""Who may do what where: the declared transitions of both routes, signed by hand.

What is not here is refused: with 403 where the role never does such a thing, with 409 (left out and
told where the file is) where it does so elsewhere, as if there were no such file where it is out of
reach.
"""

from __future__ import annotations

SUBMIT, WITHDRAW, UNDO = "submit", "withdraw", "undo"
PASS, RETURN, REPORT, APPROVE = "pass", "return", "report", "approve"
VERBS = (SUBMIT, WITHDRAW, PASS, RETURN, REPORT, APPROVE, UNDO)

AT_SCHOOL = frozenset({SUBMIT, WITHDRAW, PASS, RETURN, REPORT, UNDO})
AT_BUREAU = frozenset({SUBMIT, WITHDRAW, PASS, RETURN, APPROVE, UNDO})
DECIDES = frozenset({PASS, RETURN, UNDO})
NOTHING = frozenset({UNDO})
#: {who: the verbs of the role}; any other one is 403. Undo is everybody's: of one's own verdicts.
ROLES = {
    "teacher": frozenset({SUBMIT, WITHDRAW, UNDO}),
    "colleague": frozenset({SUBMIT, WITHDRAW, UNDO}),
    "school_info": AT_SCHOOL,
    "far_school_info": AT_SCHOOL,
    "kindergarten_info": AT_SCHOOL,
    "university_info": AT_SCHOOL,
    "school_head": DECIDES | {REPORT},
    "rector": DECIDES | {REPORT},
    "college": DECIDES,
    "hr_office": DECIDES,
    "organization_office": DECIDES,
    "research_office": DECIDES,
    "academic_office": DECIDES,
    "graduate_office": DECIDES,
    "county_info": AT_BUREAU,
    "neighbour_info": AT_BUREAU,
    "province_info": AT_BUREAU,
    "county_query": NOTHING,
    "county_admin": NOTHING,
    "province_admin": NOTHING,
    "school_admin": NOTHING,
    "auditor": NOTHING,
    "support": NOTHING,
    "officer": NOTHING,
}

DESK = {PASS, RETURN}
#: {state: {who: what takes effect}}. Bureaus fill in and send in for schools below them.
K12: dict[str, dict[str, set[str]]] = {
    "draft": {
        "teacher": {SUBMIT},
        "school_info": {SUBMIT},
        "county_info": {SUBMIT},
        "province_info": {SUBMIT},
    },
    "supplement": {"teacher": {WITHDRAW}, "school_info": DESK},
    "head": {"school_head": DESK, "school_info": {UNDO}},
    "returned": {
        "teacher": {SUBMIT},
        "school_info": {SUBMIT},
        "county_info": {SUBMIT},
        "province_info": {SUBMIT},
        "school_head": {UNDO},
    },
    "sent by the school": {"school_head": DESK, "school_info": {WITHDRAW}},
    "report": {"school_head": {REPORT, RETURN, UNDO}, "school_info": {REPORT, RETURN}},
    "approve": {"county_info": DESK | {APPROVE}, "school_head": {UNDO}, "school_info": {UNDO}},
    "in force": {"county_info": {UNDO}},
    "a new row": {
        "school_info": {SUBMIT},
        "county_info": {SUBMIT, UNDO},
        "province_info": {SUBMIT},
    },
}

_OTHERS = {name: DESK for name in ("organization_office", "academic_office", "graduate_office")}
_SENDS = {"teacher": {SUBMIT}, "university_info": {SUBMIT}, "province_info": {SUBMIT}}
UNIVERSITY: dict[str, dict[str, set[str]]] = {
    "draft": _SENDS,
    "first review": {"teacher": {WITHDRAW}, "college": DESK},
    "supplement": {"university_info": DESK, "college": {UNDO}},
    "departments": {
        "hr_office": DESK,
        "research_office": DESK,
        **_OTHERS,
        "university_info": {UNDO},
    },
    "one passed": {"hr_office": {UNDO}, "research_office": DESK, **_OTHERS},
    "one returned": {"research_office": {UNDO}, **_OTHERS, **_SENDS},
    "sent in again": {"teacher": {WITHDRAW}, "college": DESK, **_OTHERS},
    "the others passed": {"research_office": DESK, "university_info": {UNDO}},
    "consolidate": {"rector": DESK, "research_office": {UNDO}},
    "report": {"rector": {REPORT, RETURN, UNDO}, "university_info": {REPORT, RETURN}},
    "approve": {"province_info": DESK | {APPROVE}, "rector": {UNDO}, "university_info": {UNDO}},
    "in force": {"province_info": {UNDO}},
}
