"""Facts of an inventory: one module per subject, with the models and the functions that read them."""
