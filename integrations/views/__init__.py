"""The settings pages of Zoom: what they show, who may, and one call of `settings_changes` per change."""
