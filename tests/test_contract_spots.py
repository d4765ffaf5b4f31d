"""What a few changed words lose where all else stands as it stood, and what they may change."""

from __future__ import annotations

import pytest

from promptlint.compress.contract import losses

LOST = {
    "two words around another": (
        "requirement",
        "Sort the open tickets by age, from newest to oldest, in one table.",
        "Sort the open tickets by age, from oldest to newest, in one table.",
    ),
    "wanted and not wanted": (
        "requirement",
        "Begin with the result, not with the method, in every letter.",
        "Begin with the method, not with the result, in every letter.",
    ),
    "numbers of two labels": (
        "number",
        "[open 4 7] opens the door in Floor 4, Room 7.",
        "[open 4 7] opens the door in Floor 7, Room 4.",
    ),
    "one thing for another of the text": (
        "requirement",
        "Ask the tenant for the keys. If the landlord is late, the landlord must write a letter to the tenant.",
        "Ask the tenant for the keys. If the landlord is late, the tenant must write a letter to the tenant.",
    ),
    "an alternative": (
        "requirement",
        "Use `pin` to place or remove a pin on the map of the park. Use `clear` to remove all pins.",
        "Use `pin` to place a pin on the map of the park. Use `clear` to remove all pins.",
    ),
    "a member of common words": (
        "requirement",
        "Look at the letter and the list of available rooms before you decide.",
        "Look at the letter before you decide.",
    ),
    "a hedge": (
        "modal",
        "Branches are cut from main, generally named after the ticket they solve.",
        "Branches are cut from main, always named after the ticket they solve.",
    ),
    "all but the main ones": (
        "quantifier",
        "Publish the draft when it meets all the house guidelines of the paper.",
        "Publish the draft when it meets the main house guidelines of the paper.",
    ),
    "as good as": (
        "requirement",
        "A long letter should rank equally well as a short letter in the list.",
        "A long letter should rank better than a short letter in the list.",
    ),
    "a word that limits": (
        "requirement",
        "List the mandatory requirements of the tender with the page of each one.",
        "List the requirements of the tender with the page of each one.",
    ),
    "all that became any": (
        "quantifier",
        "Return the numbers of the rooms that meet ALL criteria of the guest.",
        "Return the numbers of the rooms that meet ANY criteria of the guest.",
    ),
    "a single thing that became several": (
        "quantifier",
        "Create a ticket with a single reviewer for the changes of the branch.",
        "Create a ticket with reviewers for the changes of the branch.",
    ),
    "a name before its thing": (
        "name",
        "Group the Google calendar events by week. Some events of the Google account are private.",
        "Group the calendar events by week. Some events of the Google account are private.",
    ),
    "two labels of two cases": (
        "requirement",
        "If the customer complains about a parcel, the label is 'late'. In all other cases the label for praise is 'other'.",
        "Customer complains about a parcel: 'other'. All other cases, for praise: 'late'.",
    ),
    "a permission": (
        "modal",
        "It's ok to name the price of the room in the letter.",
        "It's required to name the price of the room in the letter.",
    ),
    "a label of a block": (
        "list_item",
        "Question: what to solve\nThought: what you think\nAction: what to do\nObservation: what came of it\n... (Observation can repeat)",
        "Question: what to solve\nThought: what you think\nAction: what to do\n... (Observation can repeat)",
    ),
    "an item of a list": (
        "list_item",
        "The user names:\n- the risk\n- the languages you should write letters in\n- the number of letters",
        "The user names:\n- the risk\n- the number of letters",
    ),
    "a mark in brackets": (
        "tag",
        "Enclose each title with [row-title][/row-title], each note with [row-note][/row-note].",
        "Enclose each title with [row-title][/row-title], each note with [note][/note].",
    ),
    "a sign of currency": ("unit", "The menu may not cost more than $25.", "The menu may not cost more than €25."),
}

HONEST = {
    "a thing said before": (
        "If the parser rejects the file, send the file to the parser team.",
        "If the parser rejects the file, send it to the parser team.",
    ),
    "what is joined changes places": (
        "Name the price and the date of the trip in your letter.",
        "Name the date and the price of the trip in your letter.",
    ),
    "a clause that became a sentence": (
        "Use SI units, and give all temperatures in degrees Celsius.",
        "Use SI units; all temperatures in degrees Celsius.",
    ),
    "one thing is an article": (
        "Write a single letter to the tenant about the keys.",
        "Write one letter to the tenant about the keys.",
    ),
    "one of several": (
        "The task is simple, so choose one label from the list of the clerk.",
        "The task is simple, so choose one of the labels from the list of the clerk.",
    ),
    "two cases in another order": (
        "The label is 'late' for a parcel. The label is 'other' for praise.",
        "Label: 'other' for praise, 'late' for a parcel.",
    ),
    "a permission behind its thing": (
        "It's ok to name the price of the room in the letter.",
        "You may name the price of the room in the letter.",
    ),
    "a label that says nothing": (
        "Role: a clerk\nTask: sort the mail\nTone: formal\nRemember: the mail is private",
        "Role: a clerk\nTask: sort the mail\nTone: formal\nThe mail is private",
    ),
    "items in another order": (
        "The user names:\n- the risk\n- the language\n- the number of letters",
        "The user names:\n- the language\n- the risk\n- the number of letters",
    ),
    "a currency in words": ("The menu may not cost more than $25.", "The menu may cost at most $25."),
}


@pytest.mark.parametrize("name", LOST)
def test_a_few_words_lose_what_they_said(name: str) -> None:
    kind, before, after = LOST[name]
    assert kind in {loss.kind for loss in losses(before, after)}


@pytest.mark.parametrize("name", HONEST)
def test_a_few_words_may_change(name: str) -> None:
    assert losses(*HONEST[name]) == ()
