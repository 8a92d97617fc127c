"""Every action_id, block_id and callback_id. Buttons carry opaque ids, never telephone numbers."""

from typing import Final

from policy.vocabulary import Outcome

# buttons and menus; of an own outcome the value has its id, and a ? behind it where its form is opened
CALL: Final = "call"  # value: lease
RELEASE: Final = "give_back"  # value: lease
RELEASE_FORM: Final = "release_form"  # value: lease
OUTCOME_MORE: Final = "outcome_more"  # option: attempt:outcome
OUTCOME_FORM: Final = "outcome_form"  # value: attempt
CALLBACK_FORM: Final = "callback_form"  # value: attempt
CALLBACK_AT: Final = "callback_at"  # option: attempt@local, or attempt alone, which opens the form
OWN_BUTTONS: Final = ("own_outcome_1", "own_outcome_2")  # value: attempt:outcome
OUTCOME_QUESTIONS: Final = "outcome_questions_form"  # value: attempt:outcome
RECORD_ANYWAY: Final = "record_anyway"  # value: attempt:outcome
ASKED_TO_STOP: Final = "asked_to_stop"  # value: attempt
ABOUT_DATA: Final = "about_data"  # value: attempt
ACKNOWLEDGE: Final = "acknowledge"  # value: contact:team
CORRECT: Final = "correct"  # value: attempt:outcome
UNDO: Final = "undo"  # value: attempt and the outcome shown
THEY_RANG: Final = "they_rang"  # value: attempt
UNDO_STOP: Final = "undo_stop"  # value: suppression
NEXT_CONTACTS: Final = "next_contacts"  # value: how many
TAKE_THESE: Final = "take_these"  # value: contacts
LIFT_FORM: Final = "lift_form"  # value: contact:team
DIGEST_FORM: Final = "digest_form"  # value: team:day
DIGEST_DAYS: Final = (DIGEST_FORM, *(f"digest_form_{days}" for days in range(1, 7)))  # the newest first
TAKE_BACK: Final = "take_back"  # value: lease:team
MOVE_FORM: Final = "move_form"  # value: lease:team
MOVE_CALLBACK: Final = "move_callback"  # value: callback@moment
MOVE_ONE_CALLBACK: Final = "move_one_callback"  # the same, in a message about several callbacks
REASSIGN_FORM: Final = "reassign_form"  # value: callback:team
ANY_CONTACT_FORM: Final = "any_contact_form"  # value: team:team
ANY_CALLBACK_FORM: Final = "any_callback_form"  # value: team:team
SEE_CARDS: Final = "see_cards"
STATUS_WHY: Final = "status_why"  # value: team
STATUS_AHEAD: Final = "status_ahead"  # value: team
STATUS_HELD: Final = "status_held"  # value: team
ASK_OUTCOME: Final = "ask_outcome"  # value: attempt:team
ASK_FOR_OUTCOME: Final = "ask_for_outcome"  # the same, in a message that stays
SEE_STATUS: Final = "see_status"
TELL_ADMINS: Final = "tell_admins"  # value: team:team
PAUSE_FORM: Final = "pause_form"  # value: team:team
END_PAUSE: Final = "end_pause"  # value: agent:team
OVERRIDE_FORM: Final = "override_form"  # value: contact
PROOF: Final = "proof"  # value: row of a number
KEEP: Final = "keep"  # value: lease
HISTORY: Final = "history"  # value: lease
PLACE_FORM: Final = "place_form"  # value: lease
PLACE_WHY: Final = "place_why"  # value: lease
LEAD_PLACE_FORM: Final = "lead_place_form"  # value: contact:team
PAUSE_ME: Final = "pause_me"  # option: a reason
WORK_FOR: Final = "work_for"  # option: team
BACK_TO_WORK: Final = "back_to_work"
MY_DAY_FORM: Final = "my_day_form"
LIST_BRING: Final = "list_bring"
LIST_CAMPAIGN: Final = "list_campaign"  # option: file:campaign
LIST_COLUMNS: Final = "list_columns"  # value: file
LIST_COLUMNS_PAGE: Final = "list_columns_page"  # option: file:page
LIST_FACTS: Final = "list_facts"  # value: file
LIST_IMPORT: Final = "list_import"  # value: file
LIST_WITHDRAW: Final = "list_withdraw"  # value: the file
LIST_WITHDRAW_MODAL: Final = "list_withdraw_modal"
LIST_JOIN: Final = "list_join"  # value: file
LIST_AGAIN: Final = "list_again"  # value: file
LIST_ALL_STOPS: Final = "list_all_stops"  # value: file
LIST_NO_STOPS: Final = "list_no_stops"  # value: file:key,key
LIST_NOTE: Final = "list_note"  # option: file:key:answer
NOTE_IS_STOP: Final = "stop"
NOTE_IS_NOTHING: Final = "nothing"
LIST_DAY_FIRST: Final = "list_day_first"  # value: file
LIST_MONTH_FIRST: Final = "list_month_first"  # value: file
FILE_AS_LIST: Final = "file_as_list"  # value: file
REGISTER_FORM: Final = "register_form"  # value: file
OWN_FORM: Final = "own_form"  # value: file
CALLS_FORM: Final = "calls_form"  # value: file
CALLS_COLUMNS: Final = "calls_columns"  # value: file
REGISTER_BRING: Final = "register_bring"  # value: a register's key, or none

# for admins; a form opened from a form is pushed on top
ADMIN_STEPS: Final = "admin_steps"
ADMIN_CHECK: Final = "admin_check"  # looks again at what is missing
ADMIN_ORGANISATION: Final = "admin_organisation"
ADMIN_TEAMS: Final = "admin_teams"
ADMIN_TEAM: Final = "admin_team"  # value: team, 0 for a new one
ADMIN_PEOPLE: Final = "admin_people"
ADMIN_PERSON: Final = "admin_person"  # the chosen user
ADMIN_SEVERAL: Final = "admin_several"
ADMIN_CAMPAIGNS: Final = "admin_campaigns"
ADMIN_CAMPAIGN: Final = "admin_campaign"  # value: campaign, 0 for a new one
ADMIN_MEANING: Final = "admin_meaning"  # what a campaign means, before saving
ADMIN_CARD: Final = "admin_card"  # value: campaign
ADMIN_OUTCOMES: Final = "admin_outcomes"
ADMIN_OUTCOME: Final = "admin_outcome"  # value: own outcome, 0 for a new one
ADMIN_QUESTIONS: Final = "admin_questions"  # value: own outcome
ADMIN_LISTS: Final = "admin_lists"
ADMIN_WITHDRAW: Final = "admin_withdraw"  # value: list
ADMIN_TAKE_UP: Final = "admin_take_up"  # value: list
ADMIN_LIST: Final = "admin_list"  # value: list
ADMIN_REGISTERS: Final = "admin_registers"
WITHDRAW_STOP: Final = "withdraw_stop"  # value: a stop that was typed or came with a file
STOP_AGREE: Final = "stop_agree"  # value: the claim that it is a mistake, as of the next
STOP_DISAGREE: Final = "stop_disagree"
HOUSE_RULES: Final = "house_rules"
HOUSE_RULES_OF: Final = "house_rules_of"  # value or option: campaign, 0 for every one
HOUSE_LOOK: Final = "house_look"  # value: proposal, as of the next five
HOUSE_PROPOSE: Final = "house_propose"
HOUSE_WITHDRAW: Final = "house_withdraw"
HOUSE_APPROVE: Final = "house_approve"
HOUSE_DECLINE: Final = "house_decline"
LIST_RESULTS: Final = "list_results"
REPORT_FORM: Final = "report_form"
AUDIT_FORM: Final = "audit_form"
SUBJECT_FORM: Final = "subject_form"
MY_LANGUAGE: Final = "my_language"  # option: a language
MY_DESK: Final = "my_desk"  # option: where they work

# modals
RELEASE_MODAL: Final = "release"
OUTCOME_MODAL: Final = "outcome"
QUESTIONS_MODAL: Final = "outcome_questions"
CALLBACK_MODAL: Final = "callback"
LIFT_MODAL: Final = "lift"
MOVE_MODAL: Final = "move"
REASSIGN_MODAL: Final = "reassign"
ANY_CONTACT_MODAL: Final = "any_contact"
ANY_CALLBACK_MODAL: Final = "any_callback"
PAUSE_MODAL: Final = "pause"
OVERRIDE_MODAL: Final = "override"
MY_DAY_MODAL: Final = "my_day"
PLACE_MODAL: Final = "place"
LEAD_PLACE_MODAL: Final = "lead_place"
SUBJECT_MODAL: Final = "data_subject"
SUBJECT_EXPORT: Final = "subject_export"
SUBJECT_ERASE: Final = "subject_erase"
REPORT_MODAL: Final = "report"
AUDIT_MODAL: Final = "audit"
LIST_BRING_MODAL: Final = "list_file"
LIST_COLUMNS_MODAL: Final = "list_columns_chosen"
LIST_FACTS_MODAL: Final = "list_facts_given"
REGISTER_MODAL: Final = "register_file"
CALLS_MODAL: Final = "calls_modal"
CALLS_COLUMNS_MODAL: Final = "calls_columns_named"
OWN_MODAL: Final = "own_list"
REGISTER_BRING_MODAL: Final = "register_brought"

# input blocks; every input's own action_id is INPUT
REASON: Final = "reason"
WORDS: Final = "words"
OUTCOME: Final = "outcome_chosen"
NOTE: Final = "note"
ON: Final = "on"
AT: Final = "at"
WHOSE: Final = "whose"
WHO: Final = "who"
WHAT: Final = "what"
REMINDERS: Final = "reminders"
INPUT: Final = "input"
NAME: Final = "name"
FORGET: Final = "forget_after"
OPEN_CALLS: Final = "open_calls"
WARN: Final = "warn_days"
CHANNEL: Final = "channel"
ZONE: Final = "zone"
EDITIONS: Final = "editions"
AGENTS_GROUP: Final = "agents_group"
LEADS_GROUP: Final = "leads_group"
USERS: Final = "users"
ROLE: Final = "role"
TEAM: Final = "team"
OTHER_TEAMS: Final = "other_teams"
DIAL_WITH: Final = "dial_with"
EXTENSION: Final = "extension"
FROM: Final = "from"
CALLER_NUMBERS: Final = "caller_numbers"
UNTIL: Final = "until"
ACTIVE: Final = "active"
PURPOSE: Final = "purpose"
SECTOR: Final = "sector"
PRINCIPAL: Final = "principal"
SUBJECT: Final = "subject"
COUNTRY: Final = "country"
SHOWN: Final = "number_shown"
TEAMS: Final = "teams"
PRIORITY: Final = "priority"
CAMPAIGN_CHOSEN: Final = "campaign_chosen"
HOUSE_PACK: Final = "house_pack"
CODES: Final = "codes"
AUTHORISED: Final = "authorised_for"
CALLER_ROLE: Final = "caller_role"
SCRIPT: Final = "script"
OFFERED: Final = "offered"
CARD_DETAILS: Final = "card_details"
CARD_LINKS: Final = "card_links"
OFFERED_TOO: Final = "offered_too"
OWN_AS_BUTTONS: Final = "own_as_buttons"
OWN_IN_MENU: Final = "own_in_menu"
COUNTS_AS: Final = "counts_as"
CAMPAIGNS: Final = "campaigns"
NUMBER: Final = "number"
REGION: Final = "region"
POSTCODE: Final = "postcode"
CITY: Final = "city"
STOP: Final = "stop"
CONFIRM: Final = "confirm"
FILE: Final = "file"
CAMPAIGN: Final = "campaign"
LIST_NAME: Final = "list_name"
BASIS: Final = "basis"
STATED: Final = "stated"
SHEET: Final = "sheet"
NUMBERS_FROM: Final = "numbers_from"
TOLD: Final = "told"
ASSESSED: Final = "assessed"
REGISTERS: Final = "registers"
OBTAINED: Final = "obtained"
HOLDS: Final = "holds"
DESPITE: Final = "despite"
SCREENED: Final = "screened:"  # a register follows
ASKED: Final = "asked:"  # its place follows, as of the next three
KIND: Final = "kind:"
CHOICES: Final = "choices:"
REQUIRED: Final = "required:"
QUESTION: Final = "question:"  # what tells it from others follows
WAIT: Final = "wait:"  # an outcome follows
CAP: Final = "cap:"  # a span follows
HOURS: Final = "hours:"  # days follow
RING: Final = "ring_seconds"
CALLBACKS: Final = "callbacks"
OPEN_CARDS: Final = "open_cards"
COLUMN: Final = "column:"  # its place follows

YES: Final = "yes"
NO: Final = "no"
NONE: Final = "none"
MINE: Final = "mine"
ANYONE: Final = "anyone"
BACK: Final = "back"

MOMENT: Final = "%Y-%m-%dT%H:%M:%S"  # a moment in a button's value, UTC
LOCAL: Final = "%Y-%m-%dT%H:%M"  # a time in a menu's value, on the contact's clock

# commands and events
NEXTCALL: Final = "/nextcall"
SET_OUTCOME: Final = "/outcome"
TEAMSTATUS: Final = "/teamstatus"
CALLCHECK: Final = "/callcheck"
DNC: Final = "/dnc"
HOME_OPENED: Final = "app_home_opened"
FILE_SHARED: Final = "file_shared"
MESSAGE_WRITTEN: Final = "message.im"  # as in the manifest; listeners receive a `message`


def note_on(attempt_id: int) -> str:
    """The block_id of the note on a call's card."""
    return f"{NOTE}:{attempt_id}"


def outcome_button(outcome: Outcome) -> str:
    """The action_id of the button that records this outcome. Its value: attempt."""
    return f"outcome_{outcome}"
