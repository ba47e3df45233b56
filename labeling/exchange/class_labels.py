"""Names of classes that a Parquet file of Hugging Face's ``datasets`` has in its own metadata."""

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
