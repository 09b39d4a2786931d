"""The pages of insights: reports, dashboards, definitions, and the one on which a creator rates."""
