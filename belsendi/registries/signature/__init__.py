"""Electronic digital signatures (ЭЦҚ) behind one port: two roles, two keys (INC-13)."""

from belsendi.registries.signature.authority import (
    LocalAuthority,
    LocalNames,
    create_local_authority,
    revoke_certificate,
)
from belsendi.registries.signature.port import (
    Signature,
    SignaturePort,
    SignatureProblem,
    SignerRole,
    Verification,
)
from belsendi.registries.signature.signer import LocalSigner

__all__ = [
    "LocalAuthority",
    "LocalNames",
    "LocalSigner",
    "Signature",
    "SignaturePort",
    "SignatureProblem",
    "SignerRole",
    "Verification",
    "create_local_authority",
    "revoke_certificate",
]
