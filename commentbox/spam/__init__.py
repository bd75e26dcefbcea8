"""The filter that learns from a site's moderators what is spam there."""
