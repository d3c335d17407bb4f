"""What the catalogue finds, in each engine there is."""
