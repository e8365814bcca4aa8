"""Help with an example for those fields of a sitting that the model says nothing of."""

from django.utils.translation import gettext_lazy as _

TALK = {
    "process": _("The series of talks it belongs to: Russia–Ukraine direct talks, 2025"),
    "round_number": _("As the sides count: 2"),
    "relation": _("How it stands to another talk: Session of the related talk"),
    "related_talk": _("Needed unless it is a core talk: Istanbul talks, 16 May 2025"),
    "kind": _("What sort of meeting: Round of negotiations"),
    "status": _("Whether it took place: Held"),
    "modality": _("In one place or not: In person"),
    "setting": _("How the sides met: Direct"),
    "track": _("Whose talk it is: Track 1, officials"),
    "place": _("Where, as exactly as the source tells: Dolmabahçe Palace"),
    "end_time": _("Clock time at the place: 15:05"),
    "summary": _("Two or three sentences: First direct meeting in three years. It was short."),
}
DELEGATION = {
    "party": _("For whom they sat there: Ukraine"),
    "attendance": _("Whether they came: Attended"),
    "level": _("Of the highest of them: Ministers"),
}
POSITION = {
    "party": _("Who holds it: Ukraine"),
    "issue": _("What it is about: Ceasefire"),
    "stance": _("How they stand to it: Demands"),
    "ascription": _("Who says that they hold it: Self-stated"),
}
STATEMENT = {
    "attribution": _("How the speaker is named: On the record"),
    "speaker": _("Who said it: Volodymyr Zelensky"),
    "act": _("What they did by saying it: Appeal"),
    "on_behalf_of": _("For whom they spoke: Ukraine"),
    "text_kind": _("How near to their words ours are: Partial quote"),
}
OUTCOME = {
    "kind": _("What was settled: Exchange agreed; No agreement"),
    "condition": _("What it depends on: once both lists are checked"),
}
ASSERTION = {
    "field": _("What is told: Duration"),
    "state": _("Whether a value is told at all: Given; Undisclosed"),
    "unit": _("Of the amount: minutes"),
    "counting": _("Of a quantity: Of each side"),
    "value_actor": _("An actor as value: Türkiye"),
    "value_place": _("A place as value: Istanbul"),
    "giver": _("Of what goes one way: Russia"),
    "receiver": _("Of what goes one way: Ukraine"),
    "rank": _("Which value holds where several are told: Preferred"),
    "rank_reason": _("Why this one: It is the later report."),
}
AGENDA_ITEM = {
    "issue": _("What was to be spoken of: Ceasefire"),
    "discussed": _("Whether it was: On the agenda"),
}
