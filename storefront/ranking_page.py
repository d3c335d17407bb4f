"""How search ranks, for everybody: the numbers are those that the search counts with, the words are ours."""

from typing import Final

from starlette.responses import Response

from storefront.visit import Visit
from storefront.wire.goods import Ranking

PLACES: Final = {
    "head": "What the title says the thing is: a bread knife is a knife",
    "title": "Anywhere else in its title",
    "coop": "The name of the co-op",
    "category": "The kind of thing it is filed under",
    "tags": "The tags its co-op gave it",
    "description": "Its description",
}
FITS: Final = {
    "exact": "The very word",
    "form": "Another form of it: loaf and loaves",
    "apart": "The same in two words, or two in one",
    "synonym": "Another word for it",
    "kind": "A kind of it, as cheddar where cheese is asked for",
    "foreign": "The word in another language",
    "begun": "A word that begins so",
    "misspelt": "A word that is spelled nearly so",
}


async def show(visit: Visit) -> Response:
    ranking = await visit.api.get(Ranking, "search", "ranking")
    return visit.render("how_search_ranks.html", ranking=ranking, places=PLACES, fits=FITS)
