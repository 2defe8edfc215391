"""Messages: e-mails and staff notifications, written with the fact, sent after it (section 6).

A message is a row, written in the transaction of what it tells. This app knows nobody: it is given
a recipient, a kind, facts and a unique key; each kind registers how its fact is asked anew before
it is sent (`notifications.kinds`).

    writing   rows, in the transaction of the fact      post      waking who sends, after the commit
    sending   claim, ask the fact anew, hand over       tracking  what the provider tells later
"""
