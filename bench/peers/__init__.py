"""What ours is compared with: the same three routes on the same tables, without keys, row-level security or limits; and
job queues that send prompts.
"""
