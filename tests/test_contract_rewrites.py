"""What a careful rewrite exchanges, merges and drops, and what it may not: each pair stands for a kind of rewording."""

from __future__ import annotations

import pytest

from promptlint.compress.contract import losses


def kinds(before: str, after: str) -> set[str]:
    return {loss.kind for loss in losses(before, after)}


HONEST = {
    "a label that denies all of its items": (
        "Rules:\n- DO NOT judge the quality or tone of the letters\n- DO NOT judge how many times each stamp was used\n"
        "- DO NOT judge how the clerk used the seal\nReturn JSON.",
        "DO NOT judge:\n- the quality or tone of the letters\n- how many times each stamp was used\n- how the clerk used the seal\n"
        "Return JSON.",
    ),
    "in all cases where is whenever": (
        "In all cases where you are not sure, please hand the call over to a pilot.",
        "Whenever you're not sure, hand the call over to a pilot.",
    ),
    "an adverb on the other side of its verb": (
        "Add a caption that describes briefly what you see in the drawing.",
        "Add a caption that briefly describes what you see in the drawing.",
    ),
    "not anything else is nothing else": (
        'Only respond with "YES" or "NO", do not respond with anything else.',
        'Only respond with "YES" or "NO", nothing else.',
    ),
    "the perspective is what it is for": (
        "(E) The accounts differ, but these differences don't matter from the perspective of the audit.",
        "(E) The accounts differ, but these differences don't matter for the audit.",
    ),
    "whichever is regardless of which": (
        "Number the coins in one row regardless of which mint you choose.",
        "Number the coins in one row whichever mint you choose.",
    ),
    "a when that another sentence says too": (
        "Extract the claims of the letter. You should NOT include any prior knowledge, and take the letter at face value when "
        "extracting claims.",
        "Extract the claims of the letter. You should NOT include any prior knowledge, and take the letter at face value.",
    ),
    "what the sentence before says is pointed at": (
        "Given a route:\n- Determine whether the log and the chart contain all the soundings necessary to finish the route.\n"
        "- If the log and the chart do not contain all the soundings necessary to finish the route, consider ONLY the list of "
        "pilots below and select the pilot most appropriate to finish the route.",
        "Given a route:\n- Determine whether the log and the chart contain all the soundings necessary to finish it.\n"
        "- If they do not, consider ONLY the list of pilots below and select the pilot most appropriate for the route.",
    ),
    "only before the verb or before the number": (
        "Rate the memory. Please strictly only output one number.",
        "Rate the memory. Output strictly only one number.",
    ),
    "one whether for two": (
        "Determine whether the reply constitutes a refusal or whether the LLM provided a substantive answer. "
        "Focus only on whether the LLM refused to answer.",
        "Determine whether the reply is a refusal or a substantive answer. Focus only on whether the LLM refused to answer.",
    ),
    "when they do what all sentences are about": (
        "You write haiku. Each haiku has three lines. When writing haiku, avoid rhymes. End each haiku with a season.",
        "You write haiku. Each haiku has three lines. Avoid rhymes. End each haiku with a season.",
    ),
    "which it is": (
        "Ask until you know whether it is a claim or a question about a claim. The caller has a claim or a question.",
        "Ask until you know which it is. The caller has a claim or a question about a claim.",
    ),
    "what somebody provided is no condition": (
        "The broker provided the following notes on how to value the house.",
        "The broker's notes on how to value the house:",
    ),
    "a verb in place of a verb, all else being there": (
        "You serve as a patient tutor, adept at facilitating pupils through long proofs in geometry.",
        "You are a patient tutor, adept at guiding pupils through long proofs in geometry.",
    ),
    "may and optionally are one permission": (
        "You may optionally add a remark for the driver.",
        "You may add a remark for the driver.",
    ),
    "a name is pointed at the second time": (
        "The map_reader will be tasked to find a road on the map. The road_checker will be tasked with verifying the road "
        "provided by the map_reader and summarizing the road to present a route to the driver.",
        "The map_reader finds a road on the map; the road_checker verifies and summarizes that to present a route to the driver.",
    ),
    "a condition is said without its word": (
        "If the customer asks about a refund, transfer the call to the billing team.",
        "Refunds: transfer the call to the billing team.",
    ),
    "a count of what is named beside it": (
        'Return a JSON object with two keys, "emails" and "phones".',
        'Return a JSON object with the keys "emails" and "phones".',
    ),
    "a quoted name became a key": (
        'Each object must have the fields "name" and "age".',
        'Fields of each object:\n"name": ...\n"age": ...',
    ),
    "a limit says that a text is short": (
        "Your answers have to be short (no longer than 20 words).",
        "Answers of at most 20 words.",
    ),
    "a negation turned round across its object": (
        "Do not use the search tool more than three times per question.",
        "Use the search tool at most three times per question.",
    ),
    "a comparative names its dimension": (
        "Ignore documents that are older than 5 years.",
        "Ignore documents more than 5 years old.",
    ),
    "a particle stands behind its object": ("Never make up an answer.", "Never make an answer up."),
    "free of is without": ("All meals must be free of nuts.", "All meals must be nut-free."),
    "both before and": (
        "You should consider both the price and the quality of the hotel in the city.",
        "Consider price and quality of the hotel: it is in the city.",
    ),
    "all of the with a definite noun": (
        "Keep all of your replies short and friendly in tone.",
        "Keep your replies short and friendly.",
    ),
    "a postposed each": (
        "Write a poem with four stanzas of four lines each about the sea.",
        "Write a poem about the sea: four stanzas of four lines.",
    ),
    "a word that is not itself is another": (
        "Explain why the answer is incorrect in one sentence.",
        "Explain in one sentence why the answer is wrong.",
    ),
    "what is not changed stays": (
        "The names of the ingredients must not be changed.",
        "Keep the names of the ingredients.",
    ),
    "what is ignored is not": (
        "Consider emojis and hashtags. Ignore links and mentions.",
        "Consider emojis and hashtags, but not links or mentions.",
    ),
    "an irregular form": (
        "Decide whether the post should be kept, hidden or sent to a moderator.",
        "Decide whether to keep the post, hide it or send it to a moderator.",
    ),
    "a noun before a hole": (
        "Give me a summary of the book {title} in three paragraphs.",
        "Summarize {title} in three paragraphs.",
    ),
    "a measure before its number": (
        "A score of 1 means useless, a score of 5 means perfect.",
        "1 means useless, 5 means perfect.",
    ),
    "a carrier verb": (
        "The report should cover the decisions of the board and the budget.",
        "The report: decisions of the board, budget.",
    ),
    "daily is per day": ("The cost must stay below 25 dollars per day.", "Daily cost: below 25 dollars."),
    "just before a verb": (
        "If there are names in the list, just translate them into Dutch.",
        "If there are names in the list, translate them into Dutch.",
    ),
    "whether or not": (
        "Decide whether the mail is relevant to the query or not.",
        "Decide whether the mail is relevant to the query.",
    ),
    "years of age": (
        "Adapt the text for children between 8 and 10 years of age.",
        "Adapt the text for children aged 8 to 10.",
    ),
    "a part that is spared": (
        "List the dates in the contract. Do not include dates that are part of a law's name.",
        "List the dates in the contract, except dates that are part of a law's name.",
    ),
    "a number that is no limit": (
        "Use simple language, because the student is only 12 years old.",
        "Use simple language: the student is 12 years old.",
    ),
    "a praise of the assistant": (
        "You are an intelligent assistant. Name the capital of {x}.",
        "Name the capital of {x}.",
    ),
    "a number in words": (
        "The essay has to have two hundred and fifty words.",
        "The essay: 250 words.",
    ),
    "a number before its unit": (
        "Give a discount of two years on the warranty for Globex.",
        "Give Globex a 2-year discount on the warranty.",
    ),
    "a limit behind its number": (
        "Use three sentences maximum and keep the answer concise.",
        "At most 3 sentences, concise.",
    ),
    "limited to a number": (
        "The explanation is limited to two sentences.",
        "Explain in at most two sentences.",
    ),
    "one word or two": (
        "Sort the rows by their time stamp, oldest first.",
        "Sort rows by timestamp, oldest first.",
    ),
    "a sort before a name": (
        "Read it from the environment variable `TOKEN` and not from a file.",
        "Read it from `TOKEN`, not from a file.",
    ),
    "a part of a sentence that is counted": (
        "Check the table, the caption and the figures for mistakes.",
        "Check for mistakes: 1. the table; 2. the caption; 3. the figures.",
    ),
    "older than a year": (
        "Confirm facts that are older than a year.",
        "Confirm facts older than one year.",
    ),
    "one negation over several orders": (
        "You must never lie. You must never reveal the passwords.",
        "You must never lie or reveal the passwords.",
    ),
    "a negation that is said twice": (
        "Respond with SQL code only. Do not write any comments in the SQL code. The code must not have comments.",
        "Respond with SQL code only. Do not write any comments in the SQL code.",
    ),
    "a sentence that is said twice": (
        "Generate a clear and concise commit message for the diff.\n- Focus on a clear and concise commit message.",
        "Generate a clear and concise commit message for the diff.",
    ),
    "each that became a plural": (
        "Split the transcript into subtitles. Each subtitle may have at most two lines.",
        "Split the transcript into subtitles of at most two lines.",
    ),
    "one each for three": (
        "Replace every name with [NAME], every number with [PHONE] and every street with [STREET].",
        "Replace every name with [NAME], number with [PHONE] and street with [STREET].",
    ),
    "a condition that became any": (
        "If the given descriptions are contradictory, please resolve the contradictions.",
        "Resolve any contradictions in the given descriptions.",
    ),
    "taken into account": (
        "You must not take the length of the essay into account.",
        "Ignore the length of the essay.",
    ),
    "a synonym": ("Copy the remainder of the table to the report.", "Copy the rest of the table to the report."),
    "below without a number": (
        "The level must never be lower than orange in winter.",
        "The level must never be below orange in winter.",
    ),
    "an idiom": (
        "Tell the visitor that children are admitted free of charge.",
        "Tell the visitor that children are admitted free.",
    ),
    "what is kept is not changed": (
        "Do not change the behaviour of the component.",
        "Keep the behaviour of the component.",
    ),
    "a manner is an adverb": (
        "Summarize the rules of the game in a clear and concise manner.",
        "Summarize the rules of the game clearly and concisely.",
    ),
    "two qualities of a fashion": (
        "Compare the bids in a chronological and neutral fashion.",
        "Compare the bids chronologically and neutrally.",
    ),
    "a manner that goes on": (
        "Explain the rule in a manner that a child understands.",
        "Explain the rule in a manner a child understands.",
    ),
    "a choice is a permission": (
        "You may pay in any currency you prefer, but add the tip.",
        "Pay in any currency you prefer, but add the tip.",
    ),
    "no other than is only": ("Never cite any other source except the handbook.", "Cite only the handbook."),
    "no other format other than": (
        "Do not return any other format other than the table format.",
        "Return only the table format.",
    ),
    "not anything but is only": ("Never cite anything other than the handbook.", "Cite only the handbook."),
    "a word spelt right": (
        "Do not ellaborate on the resluts unless the reader asks for it.",
        "Do not elaborate on the results unless the reader asks.",
    ),
    "else, for if not": (
        "The score is 1 if the claim can be inferred from the context or 0 if it cannot be inferred.",
        "Score 1 if the claim can be inferred from the context, else 0.",
    ),
    "if not, for the whole condition": (
        "If a schema is provided, the answer must match the schema. If no schema is provided, make the answer plain text.",
        "If a schema is provided, the answer must match it; if not, make it plain text.",
    ),
    "over, for rather than": (
        "Prefer official pages rather than forum posts when you cite.",
        "Prefer official pages over forum posts when you cite.",
    ),
    "only those": (
        "Never query for all columns of a table. You must query only the columns that are needed for the question.",
        "Never query for all columns of a table, only those needed for the question.",
    ),
    "only before a verb": (
        "Only focus on the coding tasks of the plan.",
        "Focus only on the coding tasks of the plan.",
    ),
    "may, behind its only": (
        "You may only submit one word at a time.",
        "You may submit only one word at a time.",
    ),
    "just, which was there": (
        'You should just respond with "yes" or "no".',
        'Respond just "yes" or "no".',
    ),
    "a negation over a list": (
        "User messages:\n- should not contain code\n- should not ask for the prompt\n- should not use slang",
        "User messages should not:\n- contain code\n- ask for the prompt\n- use slang",
    ),
    "unless, for if not": (
        "Don't open a pull request if it is not asked for.",
        "Don't open a pull request unless it is asked for.",
    ),
    "not simply": (
        "Do not simply repeat the answers but refine them.",
        "Do not just repeat the answers but refine them.",
    ),
    "words in doubled backticks": (
        "Copy the ``room_id`` + ``room_kind`` of the person into a Send tool.",
        "To send, copy the person's ``room_id`` + ``room_kind`` into a Send tool.",
    ),
    "an item that went into another": (
        "- Give detailed instructions\n- Include the necessary context for the migration\n- Name the context of the tests\n- Keep the migration short",
        "- Give detailed instructions with the context for the migration\n- Name the context of the tests\n- Keep the migration short",
    ),
    "normally, for like normal": (
        "If no tool fits, answer the question like normal with what you know.",
        "If no tool fits, answer normally with what you know.",
    ),
    "a line that breaks before a name": (
        "Never include any part\n  of the prefix in the old_string or\n  new_string of the call.",
        "Never include any part of the prefix in old_string or new_string of the call.",
    ),
}

LOST = {
    "a label that asks for what was denied": (
        "negation",
        "Rules:\n- DO NOT judge the quality or tone of the letters\n- DO NOT judge how the clerk used the seal\nReturn JSON.",
        "Judge:\n- the quality or tone of the letters\n- how the clerk used the seal\nReturn JSON.",
    ),
    "a without reaches no further than its clause": (
        "negation",
        "You are shown scraps of paper. Decide whether they form a PLAY BILL: names alone (an actor, a date) without the main "
        "play are NOT a play bill.",
        "Decide whether scraps of paper form a PLAY BILL: names alone (an actor, a date) without the main play are a play bill.",
    ),
    "an only that stood there says no exception": (
        "exception",
        "Only use a single dash for each item and do not use a dash anywhere in your answer except for the items.",
        "Only use a single dash for each item and do not use a dash anywhere in your answer.",
    ),
    "all of what cannot be counted": (
        "quantifier",
        "Make sure you gather ALL the required information during your task execution.",
        "Make sure you gather the required information during your task.",
    ),
    "nothing else is no smaller for a without elsewhere": (
        "exception",
        'Only use "other" if none of the remaining categories apply. Output the category name in lower case and nothing else. '
        "Do not add punctuation at the end.",
        'Use "other" only if no other category applies. Output the category name in lower case, without punctuation at the end.',
    ),
    "any that became the chief ones": (
        "quantifier",
        "Flag any risks and debts that need a vote of the board.",
        "Flag key risks and debts that need a vote of the board.",
    ),
    "a permission behind a but": (
        "exception",
        "- Do not quote the diary, but you can use the diary to answer the question.\n- Be kind.",
        "- Do not quote the diary.\n- Be kind.",
    ),
    "the last line is a line": (
        "requirement",
        "Write a report on the trip. The last line of the report should be - So, the fare is <fare>.",
        "Write a report on the trip. The report should contain the line - So, the fare is <fare>.",
    ),
    "all of what was any of": (
        "quantifier",
        "The review does any of the following:\n- insults\n- threatens",
        "The review does all of these:\n- insults\n- threatens",
    ),
    "a word of a row is never spare": (
        "requirement",
        "Cover fields such as law, medicine, forestry sciences and history, and say briefly what they share.",
        "Cover fields like law, medicine, sciences and history; say briefly what they share.",
    ),
    "a member of a row": ("requirement", "Name the author and the town of it.", "Name its town."),
    "a common word in a row": ("requirement", "List the title, the year and the director.", "List title and director."),
    "one of several steps": ("requirement", "Sort by price, then by name.", "Sort by price."),
    "a member said again elsewhere": (
        "requirement",
        "Classify it as positive, negative, or neutral. Mixed reviews are neutral.",
        "Classify it as positive or negative. Mixed reviews are neutral.",
    ),
    "a noun in place of a noun": (
        "requirement",
        "Give the opening hours for museums in the city.",
        "Give the addresses for museums in the city.",
    ),
    "a specific word of a phrase": (
        "requirement",
        "Write a Dockerfile that is based on alpine and exposes the port.",
        "Write a Dockerfile that is based on debian and exposes the port.",
    ),
    "a person is not what the verb says": (
        "requirement",
        "Verify the identity of the caller before you change the address.",
        "Verify the identity of the agent before you change the address.",
    ),
    "a condition of its own": (
        "requirement",
        "If you need to store data, assume it is stored in the chat.",
        "Assume it is stored in the chat.",
    ),
    "only, moved": (
        "exception",
        "Use only the handbook to answer the question.",
        "Use the handbook to answer only questions.",
    ),
    "a value in capitals": (
        "name",
        "Find entities of the types PERSON, LOCATION and DATE.",
        "Find entities of the types PERSON, PLACE and DATE.",
    ),
    "a clause with its condition": (
        "requirement",
        "Wait and check the state of the job again if it is still running.",
        "Wait and check the state of the job again.",
    ),
    "what is left of or not": ("negation", "Say whether it is relevant or not.", "Say whether it is relevant or."),
    "a bracketed mark": ("name", "Mark each assumption with [ASSUMPTION].", "Mark each assumption with [NOTE]."),
    "a dotted name": ("name", "Normalize phone numbers to E.164 format.", "Normalize phone numbers to E.123 format."),
    "a negation in a condition": (
        "negation",
        "Write n/a if nothing was found in the report of the company.",
        "Write n/a if something was found in the report of the company.",
    ),
    "a word turned round": (
        "negation",
        "Leave the code unchanged and return it.",
        "Leave the code changed and return it.",
    ),
    "a count that was changed": (
        "number",
        "Write three alternative posts: one for Instagram, one for LinkedIn, one for X.",
        "Write two alternative posts: one for Instagram, one for LinkedIn, one for X.",
    ),
    "one that became two": ("number", "Ask one question at a time.", "Ask two questions at a time."),
    "one comparator for its opposite": (
        "number",
        "Ignore documents that are older than 5 years.",
        "Ignore documents that are newer than 5 years.",
    ),
    "a common item of a list": (
        "list_item",
        "Write minutes:\n- participants\n- decisions made\n- action items",
        "Write minutes:\n- participants\n- action items",
    ),
    "what is wanted, exchanged": (
        "negation",
        "Use plain text instead of LaTeX in the report.",
        "Use LaTeX, not plain text, in the report.",
    ),
    "words of two clauses, exchanged": (
        "requirement",
        "Anna speaks formally, whereas Ben uses slang.",
        "Ben speaks formally, Anna uses slang.",
    ),
    "numbers of two things, exchanged": (
        "number",
        "Weights: price 50 %, delivery time 30 %, quality 20 %.",
        "Weights: price 50 %, delivery time 20 %, quality 30 %.",
    ),
    "a verb turned round in place": (
        "requirement",
        "It is crucial that the mistakes in the scanned text are preserved.",
        "It is crucial that the mistakes in the scanned text are corrected.",
    ),
    "each that became the last": (
        "quantifier",
        "Include a rest day after each session of training.",
        "Include a rest day after the last session of training.",
    ),
    "a quality is never spare": (
        "requirement",
        "You play the role of a strict job interviewer from Oslo.",
        "Play a job interviewer from Oslo.",
    ),
    "a common word that is joined": (
        "requirement",
        "Spell out abbreviations and numbers for the reader.",
        "Spell out abbreviations for the reader.",
    ),
    "the end of a clause": (
        "negation",
        "Never recommend driving on mountain roads in winter.",
        "Never recommend driving on mountain roads.",
    ),
    "steps in another order": (
        "requirement",
        "First write your reasoning in full, then write the verdict as JSON.",
        "First write the verdict as JSON, then write your reasoning in full.",
    ),
    "one of two negations": (
        "negation",
        "You must never lie. You must never reveal the passwords.",
        "You must never lie. Reveal the passwords.",
    ),
    "a negation of another thing": (
        "negation",
        "Respond with SQL and not with explanations. Do not answer with any greetings.",
        "Respond with SQL and not with explanations. Answer with greetings.",
    ),
    "the opposite of what is said twice": (
        "list_item",
        "Always:\n- Be brief\n- Include details of any existing summary\nNever:\n- Exclude details of any existing summary",
        "Always:\n- Be brief\nNever:\n- Exclude details of any existing summary",
    ),
    "all that became the main ones": (
        "quantifier",
        "If the draft meets all the criteria, return it.",
        "If the draft meets the main criteria, return it.",
    ),
    "a word that says the contrary, not the same": (
        "requirement",
        "Copy the beginning of the table to the report.",
        "Copy the end of the table to the report.",
    ),
    "a passage all words of which are said": (
        "requirement",
        "Name the topic and the symbols. List ten elements, putting the symbols on separate lines of text. Use lines.",
        "Name the topic and the symbols. List ten elements. Use lines.",
    ),
    "the same order": (
        "requirement",
        "List the formulas one per line and in the same order as the names.",
        "List the formulas of the names one per line.",
    ),
    "one single thing": (
        "number",
        "Create one single script that merges the parts.",
        "Create scripts that merge the parts.",
    ),
    "a manner of two, by half": (
        "requirement",
        "Compare the bids in a chronological and neutral manner.",
        "Compare the bids chronologically.",
    ),
    "a manner, gone": ("requirement", "Describe the wine in a playful manner.", "Describe the wine."),
    "a manner, another": ("requirement", "Describe the wine in a playful manner.", "Describe the wine formally."),
    "a permission without its choice": (
        "modal",
        "You may ask the user any question you like.",
        "Ask the user a question.",
    ),
    "a permission that leaves no choice": (
        "modal",
        "You may use any tool of the list.",
        "Use any tool of the list.",
    ),
    "no other than, without its limit": (
        "exception",
        "Never cite any other source except the handbook.",
        "Cite the handbook.",
    ),
    "no other than, without the other": (
        "negation",
        "Never cite any other source except the handbook.",
        "Never cite the handbook.",
    ),
    "no other than, turned round": (
        "exception",
        "Never cite any other source except the handbook.",
        "Cite only sources other than the handbook.",
    ),
    "not anything but, without the other": (
        "negation",
        "Never cite anything other than the handbook.",
        "Never cite the handbook.",
    ),
    "not anything beyond, without its limit": (
        "negation",
        "Do not quote anything beyond the first chapter.",
        "Do not quote the first chapter.",
    ),
    "at least, before a range": (
        "number",
        "Ask questions that need at least 2-3 steps of reasoning.",
        "Ask questions that need 2-3 steps of reasoning.",
    ),
    "if possible": (
        "modal",
        "Keep the title under 60 characters if possible.",
        "Keep the title under 60 characters.",
    ),
    "another word, no misspelling": (
        "requirement",
        "Return the angle of the beam.",
        "Return the angel of the beam.",
    ),
    "a hole is no misspelling": (
        "hole",
        "Greet {custmer} by name.",
        "Greet {customer} by name.",
    ),
    "else, with nothing to be else than": (
        "requirement",
        "Check the invoice. If the total is not there, write 0.",
        "Check the invoice. Otherwise write 0.",
    ),
    "all, not any, under no": (
        "quantifier",
        "When you answer, be brief, no need to explain anything.",
        "When you answer, be brief, no need to explain everything.",
    ),
    "a name behind a title": (
        "requirement",
        "Continue from the last reply of the doctor, Dr. Taylor in this case.",
        "Continue from the last reply of the doctor, Dr. Kim in this case.",
    ),
    "the answer of an example": (
        "example",
        "Review: broke\nLabel: mixed\n\nReview: great\nLabel: positive",
        "Review: broke\nLabel: negative\n\nReview: great\nLabel: positive",
    ),
    "the list that is forbidden": (
        "negation",
        "Messages must never:\n- contain code\n- name a customer",
        "Messages must:\n- contain code\n- name a customer",
    ),
    "an item that only shares a word": (
        "list_item",
        "- Answer in the language of the query\n- Target what the query might miss",
        "- Target what the query might miss",
    ),
    "prefer, the other way": (
        "requirement",
        "Prefer quiet venues over central venues for the dinner.",
        "Prefer central venues over quiet venues for the dinner.",
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_a_rewording_loses_nothing(name: str) -> None:
    assert losses(*HONEST[name]) == ()


@pytest.mark.parametrize("name", LOST)
def test_what_a_rewording_must_keep_is_missed(name: str) -> None:
    kind, before, after = LOST[name]
    assert kind in kinds(before, after)
