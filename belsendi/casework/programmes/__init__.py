"""What a benefit's catalogue entry makes of a case: whom to ask, what the answers amount to."""

from belsendi.casework.programmes.amounts import amount_of as amount_of
from belsendi.casework.programmes.case_file import case_file as case_file
from belsendi.casework.programmes.circumstances import circumstances_of as circumstances_of
from belsendi.casework.programmes.circumstances import other_parents_of as other_parents_of
from belsendi.casework.programmes.facts import asked_about as asked_about
from belsendi.casework.programmes.facts import assigned_already as assigned_already
from belsendi.casework.programmes.facts import begins_on as begins_on
from belsendi.casework.programmes.facts import cause_of as cause_of
from belsendi.casework.programmes.facts import full_name as full_name
from belsendi.casework.programmes.facts import legal_date as legal_date
from belsendi.casework.programmes.facts import recipient_died as recipient_died
from belsendi.casework.programmes.facts import record_found as record_found
from belsendi.casework.programmes.facts import record_number as record_number
from belsendi.casework.programmes.facts import statuses_of as statuses_of
from belsendi.casework.programmes.facts import subject_name as subject_name
from belsendi.casework.programmes.reading import Reading as Reading
from belsendi.casework.programmes.sources import SOURCES as SOURCES
from belsendi.casework.programmes.sources import Asked as Asked
from belsendi.casework.programmes.wanted import check_sources as check_sources
from belsendi.casework.programmes.wanted import decision_sources as decision_sources
from belsendi.casework.programmes.wanted import digest_sources as digest_sources
from belsendi.casework.programmes.wanted import path_sources as path_sources
from belsendi.casework.programmes.wanted import token_items as token_items
from belsendi.casework.programmes.yearly import yearly_facts as yearly_facts
