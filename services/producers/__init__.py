"""The co-op registry: applications, proof of a `.coop` domain, the operators' decision, and who works where."""
