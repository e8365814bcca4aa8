"""The closed lists: every word a record may use where the field has a settled term. It imports no model.

Sources of the terms: PA-X and PAA-X codebooks (actors, roles), MEND (modes of mediation), PLOVER (roles in events),
the Associated Press's rules on anonymous sources (attribution), iCalendar (status of meetings). Definitions and
labels in other languages are in vocabularies.yaml (read by wording.py). Values may be added, never renamed: they are
part of the API.
"""

from django.db.models import TextChoices


class TalkKind(TextChoices):
    ROUND = "round", "Round of negotiations"
    SUMMIT = "summit", "Summit"
    MINISTERIAL = "ministerial", "Ministerial meeting"
    CONSULTATION = "consultation", "Consultation (views, no bargaining)"
    CALL = "call", "Call"
    PLENARY = "plenary", "Plenary"
    ONE_TO_ONE = "one_to_one", "One-to-one"
    WORKING_GROUP = "working_group", "Working group"
    SIGNING = "signing", "Signing"
    OTHER = "other", "Other"


class TalkRelation(TextChoices):
    CORE = "core", "Core talk of its process"
    SESSION = "session", "Session of the related talk"
    PREPARATORY = "preparatory", "Preparatory to the related talk"
    PARALLEL = "parallel", "Beside or on the margins of the related talk"
    FOLLOW_UP = "follow_up", "Follow-up to the related talk"
    CONTEXT = "context", "Context of the related talk"


class TalkStatus(TextChoices):
    TENTATIVE = "tentative", "Tentative"
    CONFIRMED = "confirmed", "Confirmed"
    UNDER_WAY = "under_way", "Under way"
    PAUSED = "paused", "Paused, to resume"
    HELD = "held", "Held"
    POSTPONED = "postponed", "Postponed"
    CANCELLED = "cancelled", "Cancelled"
    UNCONFIRMED = "unconfirmed", "Unconfirmed (no named confirmation)"


class Modality(TextChoices):
    IN_PERSON = "in_person", "In person"
    REMOTE = "remote", "Remote"
    HYBRID = "hybrid", "Hybrid"
    UNKNOWN = "unknown", "Unknown"


class Setting(TextChoices):
    DIRECT = "direct", "Direct"
    PROXIMITY = "proximity", "Proximity (near, mediators carry messages)"
    SHUTTLE = "shuttle", "Shuttle (mediators travel)"
    MIXED = "mixed", "Mixed"
    UNKNOWN = "unknown", "Unknown"


class Track(TextChoices):
    ONE = "1", "Track 1: officials"
    ONE_AND_A_HALF = "1.5", "Track 1.5: officials in private with others"
    TWO = "2", "Track 2: non-officials"
    THREE = "3", "Track 3: grassroots"
    UNKNOWN = "unknown", "Unknown"


class DelegationRole(TextChoices):
    PARTY = "party", "Party (its consent is sought)"
    PARTNER = "partner", "Partner (sits with a party)"
    PARTICIPANT = "participant", "Participant (of a meeting without sides)"
    HOST = "host", "Host"
    CONVENER = "convener", "Convener"
    CHAIR = "chair", "Chair"
    MEDIATOR = "mediator", "Mediator (helps with substance)"
    FACILITATOR = "facilitator", "Facilitator (helps with the meeting only)"
    GO_BETWEEN = "go_between", "Go-between"
    GUARANTOR = "guarantor", "Guarantor"
    OBSERVER = "observer", "Observer"
    WITNESS = "witness", "Witness"
    SUPPORTER = "supporter", "Supporter (helps or presses from outside)"


class Level(TextChoices):
    LEADERS = "leaders", "Leaders"
    MINISTERS = "ministers", "Ministers"
    SENIOR_OFFICIALS = "senior_officials", "Senior officials"
    COMMANDERS = "commanders", "Commanders"
    EXPERTS = "experts", "Experts"
    UNKNOWN = "unknown", "Unknown"


class ListBasis(TextChoices):
    OFFICIAL_LIST = "official_list", "Official list"
    ANNOUNCEMENT = "announcement", "Announcement"
    SIGNATURE_BLOCK = "signature_block", "Signature block"
    PHOTOGRAPH = "photograph", "Photograph"
    PRESS = "press", "Press"
    INFERRED = "inferred", "Inferred"


class Attendance(TextChoices):
    ATTENDED = "attended", "Attended"
    ATTENDED_REMOTELY = "attended_remotely", "Attended remotely"
    ACCOMPANIED = "accompanied", "Accompanied (came along, did not sit in)"
    LISTED = "listed", "Listed (named beforehand or on a list, not seen)"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    ABSENT = "absent", "Absent"
    DECLINED = "declined", "Declined"
    NOT_INVITED = "not_invited", "Not invited"
    WALKED_OUT = "walked_out", "Walked out"
    UNKNOWN = "unknown", "Unknown"


STAYED_AWAY = (Attendance.ABSENT, Attendance.DECLINED, Attendance.NOT_INVITED)


class Capacity(TextChoices):
    HEAD = "head", "Head"
    CO_HEAD = "co_head", "Co-head"
    DEPUTY = "deputy", "Deputy head"
    MEMBER = "member", "Member"
    EXPERT = "expert", "Expert"
    SPOKESPERSON = "spokesperson", "Spokesperson"
    INTERPRETER = "interpreter", "Interpreter"
    STAFF = "staff", "Staff"


class Discussed(TextChoices):
    ON_AGENDA = "on_agenda", "On the agenda"
    DISCUSSED = "discussed", "Discussed"
    NOT_DISCUSSED = "not_discussed", "Not discussed"
    UNKNOWN = "unknown", "Unknown"


class Attribution(TextChoices):
    ON_RECORD = "on_record", "On the record"
    BACKGROUND = "background", "On background (described, not named)"
    DOCUMENT = "document", "Document (in a paper under its name)"
    REPORTED = "reported", "Reported (hearsay)"
    OUTLET = "outlet", "The outlet's own voice"


class StatementAct(TextChoices):
    DEMAND = "demand", "Demand"
    PROPOSAL = "proposal", "Proposal"
    COMMITMENT = "commitment", "Commitment"
    CONCESSION = "concession", "Concession"
    ACCEPTANCE = "acceptance", "Acceptance"
    REJECTION = "rejection", "Rejection"
    APPEAL = "appeal", "Appeal"
    WARNING = "warning", "Warning (of what others or events will bring)"
    THREAT = "threat", "Threat (of one's own act)"
    ACCUSATION = "accusation", "Accusation (of wrong done or meant)"
    CHARACTERISATION = "characterisation", "Characterisation (of an actor)"
    ASSESSMENT = "assessment", "Assessment"
    ANNOUNCEMENT = "announcement", "Announcement"
    DENIAL = "denial", "Denial"
    FACTUAL_CLAIM = "factual_claim", "Factual claim"
    NO_COMMENT = "no_comment", "No comment"


class TextKind(TextChoices):
    VERBATIM = "verbatim", "Verbatim"
    PARTIAL_QUOTE = "partial_quote", "Partial quote"
    PARAPHRASE = "paraphrase", "Paraphrase"


class Channel(TextChoices):
    IN_THE_ROOM = "in_the_room", "In the room"
    PRESS_CONFERENCE = "press_conference", "Press conference"
    INTERVIEW = "interview", "Interview"
    BROADCAST = "broadcast", "Broadcast"
    SOCIAL_MEDIA = "social_media", "Social media"
    SPEECH = "speech", "Speech"
    PAPER = "paper", "Paper"
    READOUT = "readout", "Readout"
    UNKNOWN = "unknown", "Unknown"


class LinkRelation(TextChoices):
    ABOUT = "about", "About"
    ADDRESSED_TO = "addressed_to", "Addressed to"
    RESPONDS_TO = "responds_to", "Responds to"
    REPEATS = "repeats", "Repeats"
    CONTRADICTS = "contradicts", "Contradicts"
    CLARIFIES = "clarifies", "Clarifies"
    RETRACTS = "retracts", "Retracts"
    REVISES = "revises", "Revises (later version of a paper)"
    PARAPHRASE_OF = "paraphrase_of", "Paraphrase of"
    POSSIBLE_DUPLICATE_OF = "possible_duplicate_of", "Possible duplicate of"


class Stance(TextChoices):
    DEMANDS = "demands", "Demands"
    OFFERS = "offers", "Offers"
    FAVOURS = "favours", "Favours (speaks for, asks nothing)"
    ACCEPTS = "accepts", "Accepts"
    ACCEPTS_IF = "accepts_if", "Accepts on a condition"
    NONCOMMITTAL = "noncommittal", "Non-committal (noted, put off)"
    REJECTS = "rejects", "Rejects"
    RED_LINE = "red_line", "Red line (declared not negotiable)"
    UNCLEAR = "unclear", "Unclear"


class Ascription(TextChoices):
    SELF_STATED = "self_stated", "Self-stated"
    BY_COUNTERPARTY = "ascribed_by_counterparty", "Ascribed by the counterparty"
    BY_THIRD_PARTY = "ascribed_by_third_party", "Ascribed by a third party"
    BY_MEDIA = "ascribed_by_media", "Ascribed by media (own voice or unplaced sources)"


class OutcomeKind(TextChoices):
    AGREEMENT_SIGNED = "agreement_signed", "Agreement signed"
    AGREEMENT_IN_PRINCIPLE = "agreement_in_principle", "Agreement in principle (assented, unsigned)"
    PROVISION = "provision", "Provision"
    JOINT_STATEMENT = "joint_statement", "Joint statement"
    UNILATERAL_DECLARATION = "unilateral_declaration", "Unilateral declaration"
    DRAFT_TEXT = "draft_text", "Draft text (tabled, revised or initialled, not concluded)"
    EXCHANGE_AGREED = "exchange_agreed", "Exchange agreed"
    DOCUMENTS_EXCHANGED = "documents_exchanged", "Documents exchanged"
    DOCUMENT_HANDED_OVER = "document_handed_over", "Document handed over"
    BODY_SET_UP = "body_set_up", "Body set up"
    NEXT_MEETING_AGREED = "next_meeting_agreed", "Next meeting agreed"
    PAUSE_AGREED = "pause_agreed", "Pause agreed"
    PROPOSAL_NOTED = "proposal_noted", "Proposal noted (neither accepted nor refused)"
    NO_AGREEMENT = "no_agreement", "No agreement"


class OutcomePartyRole(TextChoices):
    PARTY = "party", "Party"
    AUTHOR = "author", "Author"
    SIGNATORY = "signatory", "Signatory"
    GUARANTOR = "guarantor", "Guarantor"
    WITNESS = "witness", "Witness"
    ANNOUNCER = "announcer", "Announcer"
    OBLIGOR = "obligor", "Obligor"
    BENEFICIARY = "beneficiary", "Beneficiary"
    BODY = "body", "Body"


class OutcomeStance(TextChoices):
    CONFIRMS = "confirms", "Confirms"
    CONFIRMS_IN_PART = "confirms_in_part", "Confirms in part"
    TAKES_NOTE = "takes_note", "Takes note"
    DENIES = "denies", "Denies"
    NO_COMMENT = "no_comment", "No comment"


class EventKind(TextChoices):
    ARMED_CONFLICT = "armed_conflict", "Armed conflict"
    ATTACK = "attack", "Attack"
    PAUSE_IN_FIGHTING = "pause_in_fighting", "Pause in fighting"
    WITHDRAWAL = "withdrawal", "Withdrawal"
    HANDOVER = "handover", "Handover (of people, bodies, arms, papers)"
    EVACUATION = "evacuation", "Evacuation"
    DEPLOYMENT = "deployment", "Deployment"
    SANCTION = "sanction", "Sanction"
    APPOINTMENT = "appointment", "Appointment or dismissal"
    OTHER = "other", "Other"


class EventStatus(TextChoices):
    PLANNED = "planned", "Planned"
    DECLARED = "declared", "Declared (and not known to have come about)"
    HAPPENED = "happened", "Happened"
    CALLED_OFF = "called_off", "Called off"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"


class EventPartyRole(TextChoices):
    ACTOR = "actor", "Actor"
    RECIPIENT = "recipient", "Recipient"
    PRESENT = "present", "Present"
    AFFECTED = "affected", "Affected"


class ActorKind(TextChoices):
    STATE = "state", "State"
    ENTITY = "entity", "Entity"
    GOVERNMENT_BODY = "government_body", "Government body"
    MILITARY = "military", "Military"
    ARMED_ORGANISATION = "armed_organisation", "Armed organisation"
    POLITICAL_PARTY = "political_party", "Political party"
    INTERGOVERNMENTAL = "intergovernmental", "Intergovernmental organisation"
    NON_GOVERNMENTAL = "non_governmental", "Non-governmental organisation"
    COALITION = "coalition", "Coalition"
    MECHANISM = "mechanism", "Mechanism"
    MEDIA = "media", "Media"
    PERSON = "person", "Person"
    OTHER = "other", "Other"


class NameKind(TextChoices):
    OFFICIAL = "official", "Official"
    SHORT = "short", "Short"
    FORMER = "former", "Former"
    SELF_DESIGNATION = "self_designation", "Self-designation"
    ALIAS = "alias", "Alias"
    TRANSLITERATION = "transliteration", "Transliteration"
    REPORTED = "reported", "As one source has it"


class PlaceKind(TextChoices):
    COUNTRY = "country", "Country"
    REGION = "region", "Region"
    CITY = "city", "City"
    VENUE = "venue", "Venue"


class SourceKind(TextChoices):
    WIRE = "wire", "Wire"
    NEWS = "news", "News"
    OFFICIAL_STATEMENT = "official_statement", "Official statement"
    OFFICIAL_DOCUMENT = "official_document", "Official document"
    AGREEMENT_TEXT = "agreement_text", "Agreement text"
    TRANSCRIPT = "transcript", "Transcript"
    SOCIAL_POST = "social_post", "Social media post"
    DATASET = "dataset", "Dataset"
    ANALYSIS = "analysis", "Analysis"


class Reproduction(TextChoices):
    ORIGINAL = "original", "Original"
    SYNDICATED = "syndicated", "Syndicated"
    COPY = "copy", "Copy"
    TRANSLATION = "translation", "Translation"
    MACHINE_TRANSLATION = "machine_translation", "Machine translation"


class Reliability(TextChoices):
    USUAL = "usual", "Usual"
    CAUTION = "caution", "Caution"
    REJECTED = "rejected", "Rejected"


class Support(TextChoices):
    SUPPORTS = "supports", "Supports"
    CONTRADICTS = "contradicts", "Contradicts"
    MENTIONS = "mentions", "Mentions"


class ExcerptCheck(TextChoices):
    FOUND = "found", "Found in the article's text"
    NOT_FOUND = "not_found", "Not found in the article's text"
    NOT_CHECKED = "not_checked", "Not checked"


class Rank(TextChoices):
    PREFERRED = "preferred", "Preferred"
    NORMAL = "normal", "Normal"
    DEPRECATED = "deprecated", "Deprecated"


class AssertionState(TextChoices):
    GIVEN = "given", "Given"
    NONE = "none", "None (known to be nothing)"
    UNDISCLOSED = "undisclosed", "Undisclosed"
    UNKNOWN = "unknown", "Unknown"


class Counting(TextChoices):
    IN_ALL = "in_all", "In all"
    EACH_SIDE = "each_side", "Each side"
    ONE_WAY = "one_way", "One way (giver to receiver)"
    RUNNING_TOTAL = "running_total", "Running total"
    BELOW_MARKET = "below_market", "Below the market's price"


class Unit(TextChoices):
    MINUTES = "minutes", "Minutes"
    DAYS = "days", "Days"
    YEARS = "years", "Years"
    PEOPLE = "people", "People"
    WOMEN = "women", "Women"
    MEN = "men", "Men"
    CHILDREN = "children", "Children"
    PRISONERS = "prisoners", "Prisoners"
    SERVICE_MEMBERS = "service_members", "Service members"
    CIVILIANS = "civilians", "Civilians"
    BODIES = "bodies", "Bodies of the dead"
    STATES = "states", "States"
    SHIPS = "ships", "Ships"
    TARGETS = "targets", "Targets of sanctions"
    PERCENT = "percent", "Per cent"
    USD_PER_BARREL = "usd_per_barrel", "US dollars a barrel"


class AssertionField(TextChoices):
    """What may be asserted. The first ten have no column: they are measured, or change from day to day."""

    STAGE = "stage", "Stage of the process"
    NEXT_MEETING = "next_meeting", "Next meeting"
    SCHEDULED = "scheduled", "Scheduled"
    DURATION = "duration", "Duration"
    SIZE = "size", "Size of the delegation"
    MANDATE = "mandate", "Mandate"
    IMPLEMENTATION = "implementation", "Implementation"
    QUANTITY = "quantity", "Quantity"
    GAP_SINCE_PREVIOUS = "gap_since_previous", "Time since the previous talks"
    MEMBERS = "members", "Members"
    HEAD = "head", "Head of the delegation"
    START = "start", "Start"
    START_TIME = "start_time", "Start time"
    END = "end", "End"
    DUE = "due", "Due"
    STATUS = "status", "Status"
    VENUE = "venue", "Venue"
    OUTCOME = "outcome", "Outcome"
    ROLES = "roles", "Roles"
    ATTENDANCE = "attendance", "Attendance"
    DISCUSSED = "discussed", "Whether it was discussed"
    ROUND_NUMBER = "round_number", "Round number"
    CONVENED_BY = "convened_by", "Who proposed or convened it"
    TEXT = "text", "Text"


# Of which records and parts each field is asserted: a line a field. PostgreSQL, forms and dossiers all read it here.
ASSERTED_OF: dict[AssertionField, tuple[str, ...]] = {
    AssertionField.STAGE: ("process",),
    AssertionField.NEXT_MEETING: ("process",),
    AssertionField.SCHEDULED: ("talk", "outcome"),
    AssertionField.DURATION: ("talk",),
    AssertionField.SIZE: ("delegation",),
    AssertionField.MANDATE: ("delegation", "actor"),
    AssertionField.IMPLEMENTATION: ("outcome",),
    AssertionField.QUANTITY: ("statement", "outcome", "event"),
    AssertionField.GAP_SINCE_PREVIOUS: ("talk",),
    AssertionField.MEMBERS: ("delegation",),
    AssertionField.HEAD: ("delegation",),
    AssertionField.START: ("process", "talk", "event"),
    AssertionField.START_TIME: ("talk",),
    AssertionField.END: ("process", "talk", "event"),
    AssertionField.DUE: ("outcome",),
    AssertionField.STATUS: ("talk", "event"),
    AssertionField.VENUE: ("talk", "event"),
    AssertionField.OUTCOME: ("talk",),
    AssertionField.ROLES: ("delegation",),
    AssertionField.ATTENDANCE: ("delegation",),
    AssertionField.DISCUSSED: ("agenda_item",),
    AssertionField.ROUND_NUMBER: ("talk", "event"),
    AssertionField.CONVENED_BY: ("talk",),
    AssertionField.TEXT: ("statement", "outcome"),
}

# The units in which a field is measured; the others take any.
UNITS_OF: dict[AssertionField, tuple[Unit, ...]] = {
    AssertionField.DURATION: (Unit.MINUTES, Unit.DAYS, Unit.YEARS),
    AssertionField.GAP_SINCE_PREVIOUS: (Unit.MINUTES, Unit.DAYS, Unit.YEARS),
    AssertionField.SIZE: (Unit.PEOPLE, Unit.WOMEN, Unit.MEN, Unit.STATES),
}


def asserted_fields(of: str) -> list[AssertionField]:
    """The fields that may be asserted of one kind of record or part, such as `talk`."""
    return [field for field, owners in ASSERTED_OF.items() if of in owners]


class Stage(TextChoices):
    """Words of the assertion `stage`."""

    EXPLORATORY = "exploratory", "Exploratory"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    STALLED = "stalled", "Stalled"
    IMPLEMENTATION = "implementation", "Implementation"
    CONCLUDED = "concluded", "Concluded"
    COLLAPSED = "collapsed", "Collapsed"
    UNKNOWN = "unknown", "Unknown"


class NextMeeting(TextChoices):
    """Words of the assertion `next_meeting`."""

    SCHEDULED = "scheduled", "Scheduled"
    AGREED_IN_PRINCIPLE = "agreed_in_principle", "Agreed in principle"
    PROPOSED = "proposed", "Proposed"
    POSSIBLE = "possible", "Possible"
    POSTPONED = "postponed", "Postponed"
    NONE_SCHEDULED = "none_scheduled", "None scheduled"
    UNKNOWN = "unknown", "Unknown"


class Implementation(TextChoices):
    """Words of the assertion `implementation`."""

    NOT_APPLICABLE = "not_applicable", "Not applicable"
    PENDING = "pending", "Pending"
    UNDER_WAY = "under_way", "Under way"
    PARTLY_IMPLEMENTED = "partly_implemented", "Partly implemented"
    IMPLEMENTED = "implemented", "Implemented"
    NOT_IMPLEMENTED = "not_implemented", "Not implemented"
    LAPSED = "lapsed", "Lapsed (day passed undone)"
    COLLAPSED = "collapsed", "Collapsed"
    SUPERSEDED = "superseded", "Superseded"
    UNKNOWN = "unknown", "Unknown"


# Assertions whose word comes from a closed list of its own.
WORDS_OF: dict[AssertionField, type[TextChoices]] = {
    AssertionField.STAGE: Stage,
    AssertionField.NEXT_MEETING: NextMeeting,
    AssertionField.IMPLEMENTATION: Implementation,
    AssertionField.DISCUSSED: Discussed,
}


class RevisionKind(TextChoices):
    NEW = "new", "New"
    NEW_FACT = "new_fact", "New fact"
    CORRECTION = "correction", "Correction"
    EDITORIAL = "editorial", "Editorial"
    RETRACTION = "retraction", "Retraction"
    MERGE = "merge", "Merge"
    SUPPRESSION = "suppression", "Suppression"


class Certainty(TextChoices):
    CERTAIN = "certain", "Certain"
    POSSIBLE = "possible", "Possible"


class Verdict(TextChoices):
    """Of a fact of which there are several versions."""

    DISPUTED = "disputed", "Disputed"
    SETTLED = "settled", "Settled by an editor"
    AGREED = "agreed", "Agreed"
    COMPATIBLE = "compatible", "Compatible"


class FactKind(TextChoices):
    VALUES = "values", "Values of one field"
    STANCES = "stances", "Stances to an outcome"


class ClaimCheck(TextChoices):
    HOLDS = "holds", "Holds"
    FAILS = "fails", "Fails"
    OPEN = "open", "Open"


class ItemKind(TextChoices):
    """What stands in a timeline."""

    TALK = "talk", "Talk"
    STATEMENT = "statement", "Statement"
    POSITION = "position", "Position"
    OUTCOME = "outcome", "Outcome"
    STEP = "step", "Step (carries out an outcome)"
    EVENT = "event", "Event"


class Precision(TextChoices):
    DAY = "day", "Day"
    MONTH = "month", "Month"
    YEAR = "year", "Year"


class Doubt(TextChoices):
    APPROXIMATE = "approximate", "Approximate"
    UNCERTAIN = "uncertain", "Uncertain"
    BOTH = "both", "Approximate and uncertain"


class Ending(TextChoices):
    DATED = "dated", "Dated"
    OPEN = "open", "Open (it lasts)"
    UNKNOWN = "unknown", "Unknown (no source tells the end)"


class PartTaken(TextChoices):
    """How an actor took part in what stands in its record."""

    DELEGATION = "delegation", "Had a delegation"
    MEMBER = "member", "Was in a delegation"
    THROUGH_MEMBER = "through_member", "Was there in somebody of its office"
    SPEAKER = "speaker", "Spoke"
    ON_BEHALF_OF = "on_behalf_of", "Was spoken for"
    HOLDER = "holder", "Holds the position"
    OUTCOME_PARTY = "outcome_party", "Has a part in the outcome"
    SIGNATORY = "signatory", "Signed or spoke for a party"
    EVENT_PARTY = "event_party", "Has a part in the event"


class DeadlineStanding(TextChoices):
    """How a deadline stands on a day."""

    AHEAD = "ahead", "Ahead"
    MET = "met", "Met"
    LATE = "late", "Late (done after its last day)"
    LAPSED = "lapsed", "Lapsed (past and undone)"
    SUPERSEDED = "superseded", "Superseded"
    UNKNOWN = "unknown", "Unknown"
    NONE = "none", "None"


class DoneBasis(TextChoices):
    """On what a figure of what was done rests."""

    SUM = "sum", "Sum of recorded deeds"
    RUNNING_TOTAL = "running_total", "Running total, as a source gives it"


class CellState(TextChoices):
    RECORDED = "recorded", "Recorded"
    NO_RECORD = "no_record", "No record"


class PositionChange(TextChoices):
    TAKEN_UP = "taken_up", "Taken up"
    ENDED = "ended", "Ended"


class ComparedChange(TextChoices):
    ADDED = "added", "Added"
    DROPPED = "dropped", "Dropped"
    CHANGED = "changed", "Changed"
    UNCHANGED = "unchanged", "Unchanged"


class Change(TextChoices):
    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class WithdrawalAct(TextChoices):
    RETRACTION = "retraction", "Retraction"
    MERGE = "merge", "Merge"
    SUPPRESSION = "suppression", "Suppression"


class SubmissionStatus(TextChoices):
    OPEN = "open", "Open"
    SENT_BACK = "sent_back", "Sent back"
    WITHDRAWN = "withdrawn", "Withdrawn"
    PUBLISHED = "published", "Published"


class Scope(TextChoices):
    READ = "desk:read", "Read the desk"
    WRITE = "desk:write", "Write drafts and submit them"
    REVIEW = "desk:review", "Send back submissions"
    PUBLISH = "desk:publish", "Publish, retract, merge and suppress"


class IdentifierScheme(TextChoices):
    WIKIDATA = "wikidata", "Wikidata"
    PAAX = "paax", "PAA-X actor"
    PAX_PROCESS = "pax_process", "PA-X process"
    PAX_AGREEMENT = "pax_agreement", "PA-X agreement"
    MEND = "mend", "MEND"
    UCDP_ACTOR = "ucdp_actor", "UCDP actor"
    UCDP_CONFLICT = "ucdp_conflict", "UCDP conflict"
    GEONAMES = "geonames", "GeoNames"
