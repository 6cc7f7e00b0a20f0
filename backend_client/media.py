"""Pictures and recordings kept by the hospital: a Binary under a fixed id (G8), there before what refers to it."""

from __future__ import annotations

import base64

from backend_client.models import Photo
from backend_client.rest import Rest
from backend_client.shapes import ref


async def stored_photo(rest: Rest, photo: Photo, key: str, patient: str) -> tuple[str, Photo]:
    """``Binary/<id>`` and the photo; the same picture under the same key is the same Binary."""
    id_ = rest.codes.uuid(f"binary|{key}|{photo.sha256}")
    place = await rest.put(
        {
            "resourceType": "Binary",
            "id": id_,
            "contentType": photo.mime,
            "securityContext": ref(f"Patient/{patient}"),
            "data": base64.b64encode(photo.body).decode("ascii"),
        }
    )
    return place, photo
