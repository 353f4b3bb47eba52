"""The product's flows, as people live them: one test a flow, each in Chinese and in English.

Read these files as a book. A gate and a desk stand there as ``kiosk run`` puts them together, with their real windows,
rules, ledger, accounts and logs; fingers touch them through the window system. What is played is what needs a plug
(``devices``), the venue's base (``base``) and the time (``hall``). Each flow says what every party sees, in the words
of the translations, and what ledger, logs and gate have to say of it afterwards. That no attendee's screen and no log
ever held a name, a number or a ticket's code is looked at after each flow, by its fixture.

=======================  ==========================================================================================
``test_at_the_gate``     face pass; face to staff; chose staff; withdrew; wrong gate or day; nobody there; language
``test_at_the_desk``     used and admitted by an officer; refused with slip; family of three; exit and re-entry; undo
``test_incidents``       every incident mode, the lane closed in one touch, nobody at the desks, the base away
``test_failing``         reader, camera, engine, disk, clock, gate board and printer fail, and come back by themselves
=======================  ==========================================================================================
"""
