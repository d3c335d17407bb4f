"""What the rooms promise each other, held to samples that are never edited."""
