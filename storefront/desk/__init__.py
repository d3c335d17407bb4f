"""The sellers' desk: what staff of a co-op do, each page under the co-op it is done for."""
