"""What Prowler says of an emulated organization, before and after a deployment."""
