"""Names of classes that a Parquet file of Hugging Face's ``datasets`` has in its own metadata, read and written."""

from __future__ import annotations

import json
from typing import Any


def class_names(schema: Any) -> dict[str, list[str]]:
    """The names behind each column of ``ClassLabel`` numbers in an Arrow schema, by column.

    >>> import pyarrow as pa
    >>> features = {"label": {"names": ["card", "login"], "_type": "ClassLabel"}, "text": {"dtype": "string"}}
    >>> about = json.dumps({"info": {"features": features}})
    >>> class_names(pa.schema([("label", pa.int64())], metadata={"huggingface": about}))
    {'label': ['card', 'login']}
    """
    try:
        features = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        return {
            name: [str(each) for each in feature["names"]]
            for name, feature in features.items()
            if isinstance(feature, dict) and isinstance(feature.get("names"), list)
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def with_class_names(schema: Any, classes: dict[str, list[str]]) -> Any:
    """An Arrow schema with the metadata by which ``datasets`` knows columns of numbers as ``ClassLabel``; all others have the
    types that they have.

    >>> import pyarrow as pa
    >>> class_names(with_class_names(pa.schema([("label", pa.int64())]), {"label": ["card"]}))
    {'label': ['card']}
    """
    features = {
        field.name: {"names": classes[field.name], "_type": "ClassLabel"}
        if field.name in classes
        else {"dtype": _DTYPES.get(str(field.type), str(field.type)), "_type": "Value"}
        for field in schema
    }
    return schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})


# What ``datasets`` calls otherwise than Arrow does.
_DTYPES = {"double": "float64", "float": "float32"}
