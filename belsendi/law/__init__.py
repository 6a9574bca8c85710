"""The law of the product: pure functions over dated, cited data. No I/O but its own data, no clock, no
database."""

from __future__ import annotations

from belsendi.law.banks import Bank as Bank
from belsendi.law.banks import find_bank as find_bank
from belsendi.law.banks import load_banks as load_banks
from belsendi.law.calendar import CalendarOverride as CalendarOverride
from belsendi.law.calendar import DayStatus as DayStatus
from belsendi.law.calendar import StaleCalendar as StaleCalendar
from belsendi.law.calendar import WorkingCalendar as WorkingCalendar
from belsendi.law.calendar import load_calendar as load_calendar
from belsendi.law.clocks import Extension as Extension
from belsendi.law.clocks import ServiceClock as ServiceClock
from belsendi.law.clocks import Term as Term
from belsendi.law.clocks import load_clocks as load_clocks
from belsendi.law.clocks import service_clock as service_clock
from belsendi.law.data_files import law_version as law_version
from belsendi.law.deadlines import Deadline as Deadline
from belsendi.law.deadlines import Outcome as Outcome
from belsendi.law.deadlines import SendWindow as SendWindow
from belsendi.law.deadlines import accept_date as accept_date
from belsendi.law.deadlines import add_working_days_at as add_working_days_at
from belsendi.law.deadlines import benefit_start as benefit_start
from belsendi.law.deadlines import burial_last_day as burial_last_day
from belsendi.law.deadlines import claim_within_limit as claim_within_limit
from belsendi.law.deadlines import closing_time as closing_time
from belsendi.law.deadlines import due as due
from belsendi.law.deadlines import effective_day as effective_day
from belsendi.law.deadlines import escalation_instant as escalation_instant
from belsendi.law.deadlines import minus_months as minus_months
from belsendi.law.deadlines import next_send_window as next_send_window
from belsendi.law.identifiers import Bin as Bin
from belsendi.law.identifiers import Iban as Iban
from belsendi.law.identifiers import Iin as Iin
from belsendi.law.identifiers import InvalidBin as InvalidBin
from belsendi.law.identifiers import InvalidIban as InvalidIban
from belsendi.law.identifiers import InvalidIdentifier as InvalidIdentifier
from belsendi.law.identifiers import InvalidIin as InvalidIin
from belsendi.law.identifiers import InvalidReason as InvalidReason
from belsendi.law.identifiers import iin_check_digit as iin_check_digit
from belsendi.law.identifiers import parse_bin as parse_bin
from belsendi.law.identifiers import parse_iban as parse_iban
from belsendi.law.identifiers import parse_iin as parse_iin
from belsendi.law.timezone import ALMATY as ALMATY
from belsendi.law.timezone import legal_day as legal_day
from belsendi.law.timezone import local as local
from belsendi.law.timezone import utc_of as utc_of
