"""Appeals: a creator contests one decision; somebody who did not make it decides again, and gives reasons."""
