"""Speed and memory, as ratios against a peer in the same run. Nothing here is asserted: read the figures."""
