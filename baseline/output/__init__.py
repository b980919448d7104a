"""What is written: templates, plan and run book, all or nothing."""
