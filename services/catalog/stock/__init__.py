"""Stock: promised, sold, counted, and explained by its journal."""
