"""Every write about sessions that means something, one function each; every door calls these.

The order is always the same: lock the row, look at the locked row, decide, write, history.
"""
