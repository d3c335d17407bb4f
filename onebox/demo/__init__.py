"""The demo's world: who sells, what they sell, who buys, and the playing of it over the front door."""
