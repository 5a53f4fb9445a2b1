"""The only place that knows zen-engine: bounds, compilation, decision points, shipped documents."""
