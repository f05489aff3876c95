"""Exchange: what a pack tells, in the forms that other agencies' systems take in."""
