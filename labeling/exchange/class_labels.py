"""Names of classes that files of Hugging Face's ``datasets`` have in their own metadata, read and written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


def class_names(schema: Any) -> dict[str, list[str]]:
    """The names behind each column of ``ClassLabel`` numbers, or lists of them, in an Arrow schema, by column.

    >>> import pyarrow as pa
    >>> features = {"label": {"names": ["card", "login"], "_type": "ClassLabel"}, "text": {"dtype": "string"}}
    >>> about = json.dumps({"info": {"features": features}})
    >>> class_names(pa.schema([("label", pa.int64())], metadata={"huggingface": about}))
    {'label': ['card', 'login']}
    """
    try:
        return names_in(json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))["info"]["features"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def names_in(features: object) -> dict[str, list[str]]:
    """The same of the features that ``datasets`` describes.

    >>> names_in({"tags": {"feature": {"names": ["a"], "_type": "ClassLabel"}, "_type": "Sequence"}, "text": "string"})
    {'tags': ['a']}
    """
    named: dict[str, list[str]] = {}
    for column, feature in features.items() if isinstance(features, dict) else ():
        described = feature[0] if isinstance(feature, list) and feature else feature
        inner = described.get("feature", described) if isinstance(described, dict) else None
        if isinstance(inner, dict) and isinstance(inner.get("names"), list):
            named[column] = [str(name) for name in inner["names"]]
    return named


def as_names(frame: pl.DataFrame, names: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """The frame with numbers of classes as their names, in lists too; a number without one becomes null, as -1 means."""
    import polars as pl

    def named(numbers: pl.Expr, column: str) -> pl.Expr:
        known = dict(enumerate(names[column]))
        return numbers.cast(pl.Int64).replace_strict(known, default=None, return_dtype=pl.String)

    changed = []
    for column in names:
        dtype = frame.schema.get(column)
        if isinstance(dtype, pl.List) and dtype.inner.is_integer():
            changed.append(pl.col(column).list.eval(named(pl.element(), column)))
        elif dtype is not None and dtype.is_integer():
            changed.append(named(pl.col(column), column))
    return frame.with_columns(changed)


def with_class_names(schema: Any, classes: dict[str, list[str]]) -> Any:
    """An Arrow schema with the metadata by which ``datasets`` knows columns of numbers, or of lists of them, as ``ClassLabel``;
    all others have the types that they have.

    >>> import pyarrow as pa
    >>> class_names(with_class_names(pa.schema([("label", pa.int64())]), {"label": ["card"]}))
    {'label': ['card']}
    """

    def feature(dtype: Any, names: list[str] | None) -> dict[str, Any]:
        if hasattr(dtype, "value_field"):
            return {"feature": feature(dtype.value_type, names), "_type": "Sequence"}
        if names is not None:
            return {"names": names, "_type": "ClassLabel"}
        return {"dtype": _DTYPES.get(str(dtype), str(dtype)), "_type": "Value"}

    features = {field.name: feature(field.type, classes.get(field.name)) for field in schema}
    return schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})


# What ``datasets`` calls otherwise than Arrow does.
_DTYPES = {"double": "float64", "float": "float32"}
