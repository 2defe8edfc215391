"""Jobs: what runs by itself, at times of the studio (rules, section 7).

Apps say what their jobs do and on which cases (`registry`); this package says when (`schedule`),
runs them, one at a time and case by case (`running`), and opens the doors: Celery's (`tasks`), the
operator's (`command`), and, where there is no Redis, the process's own (`in_process`).
"""
