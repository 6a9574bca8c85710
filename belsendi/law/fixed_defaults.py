"""Product decisions that no setting changes: they are built into the rules and shown as ours, never as law."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UsedDefault:
    """A decision of the product behind a service, for the console's mark "product default"."""

    setting: str
    value: str
    source: str
    description: str
    configurable: bool


def _fixed(setting: str, value: str, source: str, description: str) -> UsedDefault:
    return UsedDefault(setting, value, source, description, False)


_COMMON = (
    _fixed("count_start_day", "false", "SIL-12", "The first day of a term is not counted"),
    _fixed("due_time", "23:59:59 Asia/Almaty", "SIL-12", "Hour at which a term ends"),
    _fixed("month_end", "clamp", "SIL-26", "29 February plus three years is 28 February"),
    _fixed("absent_datum", "G2", "SIL-18", "Ground when a necessary datum is absent"),
    _fixed("incorrect_datum", "G1", "SIL-18", "Ground when a necessary datum is incorrect"),
    _fixed("withdrawal", "until signature", "SIL-07", "Later a withdrawal is a person's to handle"),
    _fixed("second_channel", "attaches", "SIL-40", "One open attempt for the same claim"),
    _fixed("resubmission", "new attempt", "SIL-42", "A new case with a new day, linked by persons"),
    _fixed("number_changed_or_death", "a person", "SIL-43", "Messages stop, a caseworker takes over"),
    _fixed("signed_notice", "kept in the case", "SIL-44", "The SMS says that it is certified"),
    _fixed("no_registered_number", "no offer", "SIL-45", "The case goes to the caseworker's list"),
    _fixed("necessary_data", "the catalogue entry", "SIL-50", "List of the catalogue entry"),
    _fixed("signature_roles", "two", "INC-13", "Seal of the body, EDS of the authorised person"),
    _fixed("outage", "wait", "SIL-15", "An outage is never absent data and never a refusal"),
    _fixed("home_visit_term", "the same", "SIL-41", "A home visit has the term of the service"),
)
_CASEWORK = (
    _fixed("extension", "once, casework only", "SIL-36", "Five working days, never on the automatic path"),
    _fixed("power_of_attorney", "not by mobile", "SIL-33", "A representative goes to the State Corporation"),
    _fixed("two_benefits", "two cases", "SIL-46", "A caseworker is told that both rights may exist"),
    _fixed("guardian", "gets the offer", "SIL-32", "Without data on a guardian the case is a caseworker's"),
    _fixed("casework_papers", "asked for", "INC-38", "In casework a missing document is asked for first"),
    _fixed(
        "extension_meaning", "due date moves", "INC-33", "The extension moves the due date once by five days"
    ),
)
_OF_SERVICE: dict[str, tuple[UsedDefault, ...]] = {
    "BUR": (
        _fixed("clock_start", "registration", "SIL-13", "From which day the burial term runs"),
        _fixed("after_hours", "none", "SIL-14", "The mobile channel works around the clock"),
        _fixed(
            "last_day_on_rest_day", "review", "SIL-28", "A claim on the next working day goes to a person"
        ),
        _fixed("suspended_payment", "review", "SIL-49", "A payment suspended on the day of death"),
        _fixed("systems_behind_the_data", "IS-1, IS-2, IS-9", "SIL-47", "Names to be confirmed"),
        _fixed("consent_for_burial", "mandatory", "INC-10", "As for disability (D-t10)"),
        _fixed("word_for_the_request", "өтінім", "INC-14", "The burial rules' own word"),
        _fixed("name_of_the_payment", "біржолғы төлем", "INC-22", "One spelling of several"),
        _fixed("no_paper_in_the_automatic_path", "refusal", "INC-38", "The citizen may apply again"),
    ),
    "DIS": (
        *_CASEWORK,
        _fixed(
            "clock_start",
            "registration",
            "SIL-13",
            "At the provider's desk, and on the portal for other causes",
        ),
        _fixed(
            "checks",
            "four",
            "SIL-10",
            "Order 509 lists no parameters: completeness, record, payment, application",
        ),
        _fixed(
            "causes",
            "a table",
            "SIL-29",
            "Two causes of the one-day path, OTHER and UNKNOWN; codes of the register",
        ),
        _fixed(
            "one_application",
            "one case each",
            "SIL-31",
            "One consent, a case and a decision for each benefit",
        ),
        _fixed(
            "offer_event", "a new record", "SIL-03", "The offer goes out on the working day of the record"
        ),
        _fixed("working_time_end", "18:00", "INC-34", "The acceptance schedule says 17.30"),
        _fixed("lunch", "both are shown", "INC-03", "The automatic channel does not stop for lunch"),
        _fixed("documents_asked", "the union", "INC-29", "Rule 7 and the list of documents differ"),
        _fixed(
            "systems_behind_the_data",
            "to be named",
            "SIL-47",
            "Councils and commissions: a document is attached",
        ),
        _fixed("word_for_the_request", "өтініш", "INC-14", "The disability rules' own word"),
        _fixed("name_of_the_payment", "the full name", "INC-21", "The heading leaves a word out"),
    ),
    "SUR": (
        *_CASEWORK,
        _fixed("clock_start", "registration", "SIL-13", "On the portal"),
        _fixed("right_arose", "death or court decision", "SIL-27", "A caseworker confirms the day"),
        _fixed(
            "study_age", "18th to 23rd birthday", "SIL-48", "The day before the 23rd birthday is the last"
        ),
        _fixed(
            "study_levels", "the full list", "INC-28", "Rule 7 with the academic leave, not the short row"
        ),
        _fixed("certificate_year", "the year it names", "INC-27", "Renewed yearly, 1 September to 31 August"),
        _fixed("caregiver_effect", "a task", "SIL-35", "The yearly check never stops a payment by itself"),
        _fixed(
            "offer_event", "caseworker's list", "SIL-03", "The offer follows the list of lost breadwinners"
        ),
        _fixed(
            "proactive_form", "with consent and account", "INC-08", "Row 8 has no clause; both are asked for"
        ),
        _fixed("proactive_sentence", "survivor benefit", "INC-07", "The row speaks of disability benefits"),
        _fixed("death_records", "both are asked", "INC-17", "Children's and the breadwinner's death records"),
        _fixed("evenings", "the same day", "SIL-14", "Only rest days and holidays defer acceptance"),
        _fixed(
            "systems_behind_the_data",
            "to be named",
            "SIL-47",
            "Military papers and registers of the caregiver",
        ),
    ),
}


def fixed_defaults(service: str) -> tuple[UsedDefault, ...]:
    """Return the built-in decisions behind `service`: the common ones and its own."""
    return _COMMON + _OF_SERVICE.get(service, ())
