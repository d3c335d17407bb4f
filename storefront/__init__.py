"""Pages for shoppers, co-ops and operators: a client of the gateway's public API and of nothing else."""
