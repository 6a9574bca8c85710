"""The state's information systems behind typed ports, and the clients that reach them through the gateway."""

from belsendi.registries.connection import Registries, connect_registries
from belsendi.registries.errors import AccessTokenRejected, RegistryRejected
from belsendi.registries.inquiry import Inquiry, RegistryAnswer
from belsendi.registries.settings import Conduct, MessageForm, RegistrySettings, registry_settings
from belsendi.registries.systems import System

__all__ = [
    "AccessTokenRejected",
    "Conduct",
    "Inquiry",
    "MessageForm",
    "Registries",
    "RegistryAnswer",
    "RegistryRejected",
    "RegistrySettings",
    "System",
    "connect_registries",
    "registry_settings",
]
