"""Bodies of requests, read with a bound: JSON, urlencoded or multipart."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, web

from .calls import Upload
from .objects import Json
from .refusals import Refusal, bad_request

TOO_LARGE = Refusal(413, "Request Entity Too Large")


async def read_bounded(request: web.BaseRequest, limit: int) -> bytes:
    """The whole body; raises a 413 refusal as soon as it is longer than `limit` bytes."""
    if (request.content_length or 0) > limit:
        raise TOO_LARGE
    body = bytearray()
    async for chunk in request.content.iter_chunked(65536):
        body += chunk
        if len(body) > limit:
            raise TOO_LARGE
    return bytes(body)


async def read_parts(reader: MultipartReader, limit: int) -> tuple[Json, dict[str, Upload]]:
    """Fields and files of a multipart body of at most `limit` bytes in all."""
    fields: Json = {}
    uploads: dict[str, Upload] = {}
    left = limit
    async for part in reader:
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        data = bytearray()
        while chunk := await part.read_chunk(65536):
            data += chunk
            left -= len(chunk)
            if left < 0:
                raise TOO_LARGE
        if part.filename is None:
            fields[part.name] = _text(bytes(data))
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(bytes(data), part.filename, mime)
    return fields, uploads


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def parse_json(body: bytes) -> Json:
    """An object of JSON; raises a 400 refusal for anything else."""
    try:
        found: Any = json.loads(body or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(found, dict):
        raise bad_request("object expected")
    return found


async def read_call(request: web.Request, limit: int) -> tuple[Json, dict[str, Upload]]:
    """The parameters and files of a Bot API call, wherever in the request they stand."""
    fields: Json = dict(request.query)
    kind = request.content_type
    if kind == "multipart/form-data":
        parts, uploads = await read_parts(await request.multipart(), limit)
        return {**fields, **parts}, uploads
    body = await read_bounded(request, limit)
    if kind == "application/json":
        fields |= parse_json(body)
    elif kind == "application/x-www-form-urlencoded":
        fields |= dict(parse_qsl(_text(body), keep_blank_values=True))
    return fields, {}
