"""Published reports: the quarter's figures on applications, and the statutory annual report.

kinds        what there is, and how a period is written
template     the form's wording as data files
building     everything a report says, as JSON
checks       what must add up before anybody may sign
life         drafted, edited, signed by a second person, published, corrected
faces        the files, made from a report's data alone
reading      what is published, and what differs between two versions
"""
