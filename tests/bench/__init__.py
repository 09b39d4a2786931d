"""`make bench`: what a desk of this machine's size does in a second, over HTTP, on its own servers."""
