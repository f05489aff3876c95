"""Speed and memory, as ratios against peers in the same run. Nothing here is asserted: read the figures."""
