"""What the law and the buyer want said beside an offer."""
