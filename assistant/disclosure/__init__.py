"""依申请公开: the application form of the statute, its outcomes, and the remedies against them."""
