"""What a request passes before it leaves: the source's site, robots.txt, the host's turn and pace, validators."""
