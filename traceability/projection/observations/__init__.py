"""What this service sees of stamps, apart from the record: scans, openings, attempts, and doubts of shoppers.

None of it is on the chain and none of it can be made again from there, so it lies in a database of its own: thousands
of scans a minute must not disturb the projection, and deleting must really delete.
"""
