"""Machine annotators and what they need: personal data masked before anything leaves."""
