"""What Krachtlijn's speed is, each figure beside its limit or a peer in the same run: `python -m bench`.

Reading order: __main__ (the run), rounds (how figures come about), http_routes, dispatch, lateness and invoices (what
is measured), planting and check_ins (the data), load (the client), processes (the servers), sender and senders (the
schedulers), ours and peers (what is served, and what ours is compared with).
"""
