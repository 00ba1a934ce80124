"""The practice itself. It knows no HTTP, no scheduler, no environment.

Read the slices in this order, from the ground up:

1. `kit`: what every slice stands on: one unit of work, the clock, refusals, money, ids, tables, pages, sealed text.
2. `audit`: who did what, and when; nothing in it can be changed.
3. `messaging`: what leaves the house: events for integrators and the outbox of mails.
4. `plots`: numbers as a picture and as the table that says the same.
5. `documents`: the letter paper and the press: everything printed comes out as an archival PDF.
6. `catalogues`: words under keys that never change, as files in and out.
7. `practice`: the practice, its staff and their roles, its API keys, its number series.
8. `people`: coachees, sponsors and the consents that people give.
9. `attachments`: files that belong to something in a coachee's file, sealed.
10. `availability`: hours, kinds of session, locations: when a coach can be booked.
11. `trajectories`: the coaching itself: engagements, sessions in the calendar, notes.
12. `method`: core qualities, a coachee's own, her ideals and what stands between.
13. `teams`: teams of coachees, what they find together, and an anonymous pulse.
14. `assignments`: exercises that a coach gives, and what the coachee writes of them.
15. `checkins`: small questions on a coachee's phone at an agreed moment.
16. `support`: help lines, and a word to her coach, when it is not going well.
17. `digests`: what a coachee brings to her next session, of all that she wrote since the last.
18. `progress`: how it goes with a coachee, in numbers and plots, for herself and her own coach.
19. `research`: what coachees agree to lend to it, under names that no other export knows.
20. `agreements`: what a coachee is asked to sign before the guidance begins, and the proof that she did.
21. `development`: the plan (POP) that a cheque comes to, written by coach and coachee.
22. `funding`: cheque schemes as dated data, cheques, and the minutes booked on them.
23. `groups`: sessions of one coach with several coachees, seat by seat.
24. `feeds`: calendars to subscribe to, at secret addresses.
25. `engagements`: what a practice offers, as templates from which a trajectory starts in one call.
26. `invoicing`: drafts, and numbered documents that never change again.
27. `subcontracting`: what coaches who work for the practice earn, and the invoice of it.
28. `peppol`: issued e-invoices on their way to the receiver, and what became of each.
29. `payments`: the books: what is owed, what was paid, what is still open.
30. `reporting`: the administrator's views over all of it; it only reads.
31. `relocation`: what follows a practice or a coachee to another time zone.

A slice is entered through its front door (`__init__.py`) and refers to a thing of a higher slice by id only.
"""
