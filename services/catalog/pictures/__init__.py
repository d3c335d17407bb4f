"""Pictures of goods: taken in from anybody, made anew in our own sizes, kept under the digest of what came."""
