"""Stand-ins for the providers that people log in with, for tests and for the demonstration.

No part of the service imports them.
"""

from commentbox.cli.demo.providers.personas import PERSONAS, Persona
from commentbox.cli.demo.providers.serving import Standins
from commentbox.cli.demo.providers.standin import COOPS, Standin

__all__ = ["COOPS", "PERSONAS", "Persona", "Standin", "Standins"]
