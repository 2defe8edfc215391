"""Takes out each guard of the product in turn and asks whether a test goes red.

`python -m config.tests.mutation` tries, `docs/mutation.md` tells what came of it, and
`test_mutation.py` holds the two to the code.
"""
