"""Pages of commitments: lists, one commitment, what it is (`writing`), what becomes of it (`steps`), handing over."""
