"""The registry of the demo names: RDAP, and a page on which to make trouble."""
