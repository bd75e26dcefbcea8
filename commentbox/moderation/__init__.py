"""What happens to a comment: the first judgement, and every decision after it."""
