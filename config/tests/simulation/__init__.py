"""A studio's year, lived twice: with the jobs each night, and with nights that were missed.

`plans` decides by a seed what happens; `lives` lets it happen, by the actions that people use, in
the order of time (`until_confirmed`, `until_its_day`, `afterwards` and `cancelling` are its
chapters, `doing` is what one may do); `nights` and `post` run the jobs and send the mail meanwhile;
`living` puts them together. `facts` is what is compared afterwards, `comparing` says what may
differ and why, `messages` what clients must have been told.
"""
