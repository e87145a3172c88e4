"""What shells propose, asked of them without a terminal of ours."""
