"""Parallel histories: many people at once through every door, judged by what must always hold.

A real server of several processes, a real database, and people who act at random on few rooms, few
colleagues and few days, so that they are in each other's way all the time: over REST, through the
pages of the back office, and by commands. Afterwards, and in the middle, the judge reads the data.

What a seed means. Each person draws from a `Random` of their own, made of the seed and their name;
what they do follows from it and from what they are answered. In parallel the same seed therefore
makes the same choices as long as the answers are the same, but who comes first is the machine's
decision and cannot be replayed; the journal says what was asked and answered, and in which order
the answers came. One by one (`living.one_by_one`), where a `Random` of the same seed says whose
turn it is, the same seed on the same day is the same history, answer by answer; nothing in
it waits for the clock.

    HISTORIES_SEED=123 HISTORIES_STEPS=2000 pytest -m parallel_histories config/tests/histories
"""
