"""What staff use: signing in, the queue, one case and the steps it can take."""
