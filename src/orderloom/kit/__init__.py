"""What has no business word: ids, clock, money, batches, limits, settings, sealing, refusals."""
