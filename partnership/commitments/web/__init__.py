"""Pages of commitments: lists, one commitment, what it is (`writing`), its date (`dates`), its steps, handing over."""
