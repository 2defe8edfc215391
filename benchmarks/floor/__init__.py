"""The floor: the same answers by hand-written SQL through psycopg and orjson, and nothing else.

It knows the admin's view alone and refuses little, but it does what any honest answer needs: it
checks the token, reads who asks and with which rights, and asks the database anew each time.
"""
