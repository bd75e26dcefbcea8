"""How this service is set up, by its environment and a file."""

from commentbox.config.mistakes import PREFIX, BadSetting
from commentbox.config.providers import ProviderSettings
from commentbox.config.settings import Settings, load

__all__ = ["PREFIX", "BadSetting", "ProviderSettings", "Settings", "load"]
