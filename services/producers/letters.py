"""What co-ops are written: the texts of their mails, and of the reminders to prove a domain again."""

from collections.abc import Mapping

from services.producers.control import Notice

ADMITTED = """Dear {contact},

{coop} has been admitted to Toad Lane. You can upload your catalogue and set your delivery prices now:

{url}/desk
{note}
Toad Lane
"""

REFUSED = """Dear {contact},

We could not admit {coop} ({domain}) to Toad Lane. The reason given:

{reason}

If you think that this is wrong, you can appeal{until}. You are welcome to apply again once the reason is mended.

{url}/applications/{id}

Toad Lane
"""

ASKED = """Dear {contact},

before we decide on the application of {coop}, we have a question:

{words}

Please answer it on the page of your application: {url}/applications/{id}

Toad Lane
"""

UPHELD = """Dear {contact},

you were right to appeal: we have taken back that {coop} was refused, and read its application once more.

{answer}

{url}/applications/{id}

Toad Lane
"""

DISMISSED = """Dear {contact},

we have read the appeal of {coop}, and the refusal stands:

{answer}

You are welcome to apply again once the reason is mended: {url}/applications/{id}

Toad Lane
"""

TO_PACK = """Dear {contact},

order {number} is paid, and a part of it is yours to pack. Address and contents are at your desk:

{url}/desk/consignments

Toad Lane
"""

CALLED_OFF = """Dear {contact},

order {number} was cancelled: please do not send your part of it. Its goods are back on your shelf.

{url}/desk/consignments

Toad Lane
"""

STOPPED = """Dear {contact},

{coop} cannot sell on Toad Lane for now: its goods are hidden, and orders that nobody has paid yet are cancelled.
What is paid stays paid: please pack and send it, and you are paid out for it as always.

The reason: {told}
{words}
What you can do: {to_do}

If you think that this is wrong, an owner of the co-op can appeal on the page that says where you stand:

{url}/desk/{slug}/standing

Toad Lane
"""

SELLS_AGAIN = """Dear {contact},

{coop} sells on Toad Lane again, and its goods are back on their shelf. {told}
{words}
{url}/desk

Toad Lane
"""

STAYS_CLOSED = """Dear {contact},

we have read your appeal, and {coop} still cannot sell on Toad Lane:

{answer}

You can write again once something has changed: {url}/desk/{slug}/standing

Toad Lane
"""

ENDPOINT_STOPPED = """Dear {contact},

we have stopped calling a webhook of {coop}:

{url_called}

It answered that it is gone, or has done nothing but fail for five days. What your systems have not heard meanwhile
is in its log for thirty days. Once it works again, switch it on at your desk and send that again:

{url}/desk

Toad Lane
"""

PROOF = """Dear {contact},

{coop} proved on {proved_on} that {domain} is its own. Such a proof counts for 90 days. {urgency}

Ask for a fresh record or file, publish it and press “Check now”; that takes five minutes:

{url}/applications/{application_id}

Once the new proof is there, everything goes on as before.

Toad Lane
"""

PROOF_SUBJECTS: Mapping[Notice, str] = {
    Notice.SOON: "Please prove {domain} again within two weeks",
    Notice.DUE: "The proof of {domain} is out of date",
    Notice.HALF: "One week left to prove {domain} again",
    Notice.LAST_DAY: "Last day to prove {domain} again",
}
URGENCY: Mapping[Notice, str] = {
    Notice.SOON: "It will soon be time for a new one.",
    Notice.DUE: "They are over. You have 14 days more; after that your shop closes until there is a new proof.",
    Notice.HALF: "They are over, and half of the 14 days after them as well. Then your shop closes.",
    Notice.LAST_DAY: "They are over, and so are the 14 days after them but one. Then your shop closes.",
}
