"""Payments: charges, their split, transfers, refunds, and the books that explain every cent."""
