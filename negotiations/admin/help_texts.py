"""Help with an example for those fields of a sitting that the model says nothing of."""

TALK = {
    "process": "The series of talks it belongs to: Russia–Ukraine direct talks, 2025",
    "round_number": "As the sides count: 2",
    "relation": "How it stands to another talk: Session of the related talk",
    "related_talk": "Needed unless it is a core talk: Istanbul talks, 16 May 2025",
    "kind": "What sort of meeting: Round of negotiations",
    "status": "Whether it took place: Held",
    "modality": "In one place or not: In person",
    "setting": "How the sides met: Direct",
    "track": "Whose talk it is: Track 1, officials",
    "place": "Where, as exactly as the source tells: Dolmabahçe Palace",
    "end_time": "Clock time at the place: 15:05",
    "summary": "Two or three sentences: First direct meeting in three years. It was short.",
}
DELEGATION = {
    "party": "For whom they sat there: Ukraine",
    "attendance": "Whether they came: Attended",
    "level": "Of the highest of them: Ministers",
}
POSITION = {
    "party": "Who holds it: Ukraine",
    "issue": "What it is about: Ceasefire",
    "stance": "How they stand to it: Demands",
    "ascription": "Who says that they hold it: Self-stated",
}
STATEMENT = {
    "attribution": "How the speaker is named: On the record",
    "speaker": "Who said it: Volodymyr Zelensky",
    "act": "What they did by saying it: Appeal",
    "on_behalf_of": "For whom they spoke: Ukraine",
    "text_kind": "How near to their words ours are: Partial quote",
}
OUTCOME = {
    "kind": "What was settled: Exchange agreed; No agreement",
    "condition": "What it depends on: once both lists are checked",
}
ASSERTION = {
    "field": "What is told: Duration",
    "state": "Whether a value is told at all: Given; Undisclosed",
    "unit": "Of the amount: minutes",
    "counting": "Of a quantity: Of each side",
    "value_actor": "An actor as value: Türkiye",
    "value_place": "A place as value: Istanbul",
    "giver": "Of what goes one way: Russia",
    "receiver": "Of what goes one way: Ukraine",
    "rank": "Which value holds where several are told: Preferred",
    "rank_reason": "Why this one: It is the later report.",
}
AGENDA_ITEM = {
    "issue": "What was to be spoken of: Ceasefire",
    "discussed": "Whether it was: On the agenda",
}
