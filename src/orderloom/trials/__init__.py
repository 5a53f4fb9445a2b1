"""What would be: read, decide, and save nothing."""
