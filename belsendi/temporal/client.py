"""Connecting to the workflow engine. One client per process."""

from __future__ import annotations

import dataclasses

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.service import RPCError

from belsendi.errors import OutsideSystemUnavailable
from belsendi.settings import Settings
from belsendi.temporal.codec import EncryptionCodec, PayloadKeyring
from belsendi.temporal.failures import DiscreetFailureConverter


def encrypting_converter(keyring: PayloadKeyring, namespace: str) -> DataConverter:
    """Pydantic models as JSON, whole payloads and failures encrypted."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(keyring, namespace),
        failure_converter_class=DiscreetFailureConverter,
    )


def payload_codec(settings: Settings) -> EncryptionCodec:
    """The codec of the payloads of this installation, with the keyring as it is now. Raises ConfigurationError."""
    keyring = PayloadKeyring.parse(settings.secret("payload-keys").get_secret_value())
    return EncryptionCodec(keyring, _given(settings)["namespace"])


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """Connects with the settings of the environment (``TEMPORAL_*``) and the payload keyring.

    Raises OutsideSystemUnavailable when the engine does not answer.
    """
    keyring = PayloadKeyring.parse(settings.secret("payload-keys").get_secret_value())
    config = _given(settings)
    converter = encrypting_converter(keyring, config["namespace"])
    try:
        return await Client.connect(**config, data_converter=converter, lazy=lazy)
    except (RPCError, RuntimeError) as error:
        raise OutsideSystemUnavailable(
            f"the workflow engine does not answer at {config['target_host']}; start it or set TEMPORAL_ADDRESS"
        ) from error


def _given(settings: Settings) -> ClientConnectConfig:
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", settings.temporal_address)
    config.setdefault("namespace", settings.temporal_namespace)
    return config
