"""How search ranks: every number of it, for the engine that counts with them and the page that explains them.

A product gets points for each word of the question: the points of the best place where the word stands, times how well
it fits there, and a small share of the points of every other place where it stands too. The points of all words are
added, and words that stand together in the title add some. At last the sum is weighed a little: goods that can be had
now before those that cannot, short titles before long ones. Nobody can pay for points, and nothing that a shopper did
before counts.
"""

from collections.abc import Collection
from enum import StrEnum


class Place(StrEnum):
    """Where a word may stand."""

    HEAD = "head"  # What the title says the thing is: a bread knife is a knife, and no bread.
    TITLE = "title"
    COOP = "coop"
    CATEGORY = "category"
    TAGS = "tags"
    DESCRIPTION = "description"


class Fit(StrEnum):
    """How a word that stands there fits the one that was asked for."""

    EXACT = "exact"
    FORM = "form"  # Another form of it: loaf and loafs.
    APART = "apart"  # The same in two words, or two in one.
    SYNONYM = "synonym"
    FOREIGN = "foreign"  # It says the same in another language.
    KIND = "kind"  # It is one of them: cheddar is cheese.
    BEGUN = "begun"  # It begins with it.
    MISSPELT = "misspelt"  # It is spelled nearly so.


POINTS = {
    Place.HEAD: 10.0,
    Place.TITLE: 8.0,
    Place.COOP: 5.0,
    Place.CATEGORY: 4.0,
    Place.TAGS: 3.0,
    Place.DESCRIPTION: 1.0,
}
SHARE = {
    Fit.EXACT: 1.0,
    Fit.FORM: 0.9,
    Fit.APART: 0.9,
    Fit.SYNONYM: 0.8,
    Fit.FOREIGN: 0.75,
    Fit.KIND: 0.7,
    Fit.BEGUN: 0.5,
    Fit.MISSPELT: 0.4,
}
ELSEWHERE = 0.2  # Of the points of every other place than the best.
NEARER_POINTS = 2.0  # The words of the question stand in the title with at most two others between them,
TOGETHER_POINTS = 2.0  # and so much more where there is none.
CODE_POINTS = 100.0  # The question is the product's article number or GTIN.
# The sum is multiplied with log2(2 + worth): by 1.17 for goods that are in stock, by up to 1.17 for a short title.
IN_STOCK_WORTH = 0.25
TITLE_WORTH = 0.5  # Shared among the words of the title.
# Fewer hits than this make search look for what was probably meant as well.
FEW = 3


def points(spots: Collection[Place], *, exact: bool) -> float:
    """What a word gets for where it stands; not `exact` where the title has it in no other than another form."""
    each = [POINTS[place] * SHARE[Fit.EXACT if exact else Fit.FORM] for place in spots]
    return max(each) + ELSEWHERE * (sum(each) - max(each))
