"""What every REST endpoint of the desk shares: problems, strict bodies, paging, limits. No models."""
