"""What a command says when it refuses: a sentence for every code that one may meet; its facts are filled in."""

from __future__ import annotations

CLASSIFIER_RIGHT = (
    "the classifier is right on {right:.1%} [{low:.1%}, {high:.1%}] of {n:,} held-out items, always saying {frequent} on "
    "{always:.1%}"
)
CLASSIFIER_NEAR = (
    "the classifier's mean credit for what is near is {right:.1%} [{low:.1%}, {high:.1%}] on {n:,} held-out items, that of the "
    "best constant {always:.1%}"
)
LONGER_PREFERRED = (
    "the longer text is preferred in {share:.1%} [{low:.1%}, {high:.1%}] of {n:,} pairs that differ in length"
)
MORE_LABELS = "more labels, of the rarer classes above all, may help"

_FILES = {
    "no_file": "{name}: {reason}; check the path",
    "empty_file": "{name}: there is nothing in the file; check the path",
    "no_rows": "{name}: no rows in it; nothing was written. Check that it is the right file, and its first lines",
    "nothing_taken": "{name}: none of its {read} rows was taken, and nothing was written. Line {line}: {reason}: {excerpt}. "
    "Name the columns with --text, --id and --label, or mend the file",
    "no_header": "{name}: its first row seems to be data ({row}); say so with --no-header, or --header where it names the "
    "columns",
    "no_dataset": "{name} is a folder, and no data set that save_to_disk wrote; name a file",
    "no_split": "there is no split {split} (there are: {found}); name another with --split",
    "no_sheet": "there is no sheet {sheet} (there are: {found}); name another with --sheet",
    "only_bad_rows": "{name}: none of {rows} rows could be read, the first is line {line} ({reason}); each should have as many "
    "cells as the header, and its quotes closed",
    "not_text": "{name}: neither text nor a table; CSV, TSV, JSONL, Parquet or XLSX would do",
    "no_names": "{name}: the first row should name the columns {columns}; it is: {row}",
    "broken_file": "{name}: the file is broken ({reason}); save it anew, or in another format",
    "truncated_file": "{name}: the file breaks off ({reason}); take the whole of it",
    "reader_ended": "{name}: the reading broke off ({reason}); save the file anew, or in another format",
    "import_broken_off": "{name}: the import broke off; what was written stays, and importing it again adds what is missing",
    "unknown_encoding": "there is no encoding {encoding}; usual ones are utf-8 and cp1251",
    "bad_separator": "--separator is {separator!r}; it should be one character, \\t for a tab",
    "unknown_ending": "{name}: the ending should be one of {known}",
    "unknown_format": "{name}: the name does not tell the format; take --format or one of the endings {known}",
    "not_in_format": "the format {format} has no place for {what}; take another --format",
    "not_of_pairs": "the format {format} is of pairs of texts, and this project's labels aren't; take another --format",
    "bad_probability": "--min-probability is {given}; it should be a number from 0 to 1",
    "not_writable": "{name}: {reason}; choose another place for -o",
    "too_many_rows": "an Excel sheet holds {limit} rows, this takes {rows}; take CSV or Parquet",
    "cell_too_long": "item {item}: its {column} is longer than the {limit} characters of an Excel cell; take CSV or Parquet",
    **{
        f"file_too_large_{limit}": f"{{name}}: more than {{limit}} {what}, which is what one file may take; split it, "
        "or raise {setting}"
        for limit, what in {
            "memory_mb": "MB of memory",
            "seconds": "seconds",
            "unpacked_mb": "MB unpacked",
            "rows": "rows",
            "columns": "columns",
            "cells": "cells",
        }.items()
    },
}
_COLUMNS = {
    "column_missing": "{file}: no column {columns} (there are: {found}); rename the columns or add what is missing",
    "column_null": "{file}: column {column} is empty in {rows} rows, first in row {first_row}; fill these cells in",
    "column_type": "{file}: column {column} is of type {dtype}; it should hold text or whole numbers",
    "no_column": "there is no column {column} (there are: {found}); mend the option that names it",
    "no_text_column": "no column is plainly the text (there are: {found}); name it with --text",
    "several_label_columns": "{name}: columns {columns} all look like labels; name the one that counts with --label, or keep "
    "all of them with --metadata",
    "wide_table": "{name}: there seems to be one column an annotator; take them as votes with --annotators {columns}",
    "no_question": "there is no question {question} in the file (there are: {found}); name another with --question",
    "no_annotator": "the labels of {column} are taken as votes; name the column of annotators with --annotator, or one for all "
    "with --annotator-name",
    "frame_unsupported": "{file}: a table of type {type} can't be read; Polars, pandas or PyArrow would do",
    "unknown_label": "{file}: labels {labels} are not among the classes {classes}; mend the labels or --classes",
    "no_class_order": "the order of the classes is not known ({labels}); name them all from lowest to highest with --classes",
    "no_label_list": '{file}: {cell} is no list of classes; a cell holds a list such as ["a", "b"], [] for none, or one class',
    "empty_path_part": "{file}: the path {label!r} has an empty part; write it as a > b > c, or mend the label",
    "bad_set_code": "{file}: {label!r} can't stand in a set of classes: it is empty, or has a |, which parts them",
    "tree_cycle": "the class {label!r} lies below itself in the tree; mend its parents",
    "sure_without_tree": "--sure goes up a tree; labels of --kind {kind} stand in none",
    "not_a_preference": "{file}: {labels} can't be said of a pair; the answers are first, second, tie and both bad",
    "bad_swapped": "{file}: {word!r} in column swapped is neither yes nor no; mend it, or leave the cell empty",
    "no_voted_pairs": "{file}: nobody voted on any of its items, such as {pair}; the votes are on others, such as {item}. The "
    "items of the two files should be the same, in a column item",
    "classes_repeated": "--classes names a class twice: {classes}",
    "too_many_classes": "the column of labels has more than {limit} different values, {example!r} among them; name another "
    "with --label",
    "no_labels": "no item has a label; there is nothing to learn from",
    "classifier_silent": f"{CLASSIFIER_RIGHT}: nothing can be said from it, and nothing was written; {MORE_LABELS}",
    "no_voted_items": "no item has both a text and a vote that names a label; the items of the two files should be the same, "
    "in a column item",
    "nothing_to_analyse": "no item has an answer that names a label yet; there is nothing to analyse",
    "reference_missing": "there is not one reference label to compare with",
    "probabilities_shape": "the table of probabilities is {found}; it should be {expected} (items, classes)",
    "probabilities_range": "{rows} rows are no probabilities, first row {first_row}; they should add up to 1",
    "too_few_labels": "there are {n} labeled items, it takes {least} of two classes",
    "comparison_few": "junior and people have {n} labeled texts in common, it takes {least}",
    "gain_few_tests": "there are {n} test items, it takes {least}: about {more} more rulings of the audit",
}
_OPTIONS = {
    "bad_moment": "{given} is neither a date nor a time; write it as 2026-03-01T12:00",
    "draws_out_of_range": "--draws is {draws}; it should be 0 or more",
    "cuts_out_of_range": "--ambiguous is {ambiguous} and --hard is {hard}; both should lie between 0 and 1",
    "level_out_of_range": "--level is {level}; it should lie between 0 and 1",
    "sure_out_of_range": "--sure is {sure}; it should lie between 0 and 1",
    "unknown_method": "there is no method {method}; take one of {methods}",
    "bad_target": "the target probability is {value}; it should lie between 0 and 1",
    "overlap_range": "the overlap does not fit: target {target}, from {minimum} to {maximum}, {pilot} pilot items",
    "folds_out_of_range": "cross-validation takes 2 folds or more, not {folds}",
    "forecast_out_of_range": "{chunks_left} chunks, {golden_per_chunk} golden items a chunk: both should be 0 or more",
    "counts_out_of_range": "{right} right of {n} can't be; right answers lie between 0 and all",
}
_PROJECTS = {
    "unknown_project": "there is no project {slug}; check the name",
    "project_archived": "the project {slug} is archived; an admin can take it back on its page",
    "bad_slug": "--project is {slug!r}; it should be lower-case Latin letters, digits and hyphens, 60 at most",
    "slug_taken": "the name {slug} belongs to another project, maybe an archived one; choose another",
    "bad_class": "a class has an unusable {field}: {value!r}",
    "class_exists": "there is a class {label} already",
    "class_after_itself": "a class can't stand behind itself; name another one, or none to put it first",
    "kind_is_fixed": "the project's labels are of the kind {before}; leave out --kind {kind}, or name another project",
    "set_too_long": "{n} classes make one label too long to be kept",
    "no_yes_or_no": "column {column} must say yes or no, but line {line} has {value!r}; mend the file",
    "hotkey_taken": "the key {hotkey} belongs to another class; choose a free one",
    "bad_setting": "{value} does not fit the setting {name}; it can't be below {least} or beyond its bounds",
    "bad_max_overlap": "the largest overlap ({most}) can't be below the ordinary one ({overlap})",
    "golden_over_chunk": "a chunk of {size} items can't hold {golden} golden ones",
    "repeats_over_chunk": "in a chunk of {size} items, {golden} golden ones and {repeats} repeats leave no room for new ones",
    "guideline_empty": "the guide is empty in every language; there is nothing to publish",
    "guideline_unfilled": "the guide still has {n} places to be written in double brackets, such as {place}",
    "guideline_unchanged": "the guide is the same as version {version}; there is nothing to publish",
    "junior_url_not_allowed": "the address {url} is not allowed; the operator lists those that are in SVERKA_JUNIOR_URLS",
    "not_allowed": "this takes the lead of the project or an admin; nothing was changed",
    "session_ended": "the session has ended; sign in again",
}
_SNAPSHOTS = {
    "snapshot_name": "{name!r} is no name for a snapshot; take 1 to {most} printable characters without slashes",
    "snapshot_taken": "there is a snapshot {name} already, and none is ever replaced; take another name",
    "snapshot_alone": "a snapshot is of the final labels as they are: leave --what and --as-of out, and take one of --snapshot "
    "and --from-snapshot",
    "no_output": "-o FILE says where to write the labels; only with --snapshot NAME nothing need be written",
    "snapshot_empty": "the project has no items yet; there is nothing to keep",
    "unknown_snapshot": "the project has no snapshot {name}; `snapshots list` names those there are",
    "snapshot_broken": "the rows of the snapshot {name} are not those that were kept; restore the database from a backup",
}
_CLASSES = {
    "change_of_pair": "the answers about pairs are fixed and can't be changed",
    "change_unknown_class": "the project has no class {label}; it has {classes}",
    "change_code_bad": "the code {label!r} won't do; it should not be empty, at most {most} characters long, and without a |",
    "change_code_taken": "the code {label} is taken, by a class or by labels of an earlier one; choose another",
    "change_nothing": "{label} is so already; there is nothing to change",
    "change_in_itself": "the class {label} can't be merged into itself; name another one",
    "change_too_few": "too little is named for {kind}; a merge takes classes and --into, a split two new codes or more",
    "change_last_classes": "fewer than {least} classes would be left; there would be nothing to choose",
    "change_cycle": "the class {label} can't be a part of {parent}, which is a part of it",
    "change_has_inner": "there are classes below {label}; move or retire these first",
    "change_into_inner": "the class {label} can't be a label: others are below it, and inner classes are not chosen here",
    "change_unknown": "there is no change {act} in force; `classes list` names those there are",
    "change_not_newest": "another change came after it; take back {act} first",
    "class_split": "the class {label} was split; take one of {classes}",
}
_RUNS = {
    "name_too_long": "--name is longer than {most} characters; shorten it",
    "unknown_run": "there is no run {run} in the project; it may have been deleted",
    "version_brought": "the suggestions of this version came from a file; it can't be asked; take another version",
    "run_done": "the run is done already",
    "run_going": "the same is being computed already; wait for it or stop it",
    "run_cancelled": "the run was stopped",
    "demo_accounts": "the database has accounts of the demo, whose password everybody knows; take another one for real work",
}
_DATABASE = {
    "bad_database_url": "DATABASE_URL is not the address of a database; write sqlite:///data/sverka.db or "
    "postgresql://USER:PASSWORD@HOST/NAME",
    "database_unreachable": "the database can't be opened ({reason}); check DATABASE_URL, and whether its server runs",
    "schema_newer": "the database is at revision {found}, newer than the program, which knows {known}; take a newer program or "
    "a backup",
    "schema_drift": "the schema is not what revision {revision} promises; {n} things are missing or different: {missing}. "
    "Restore a backup, or bring these back by hand",
}
SENTENCES = {**_FILES, **_COLUMNS, **_OPTIONS, **_PROJECTS, **_SNAPSHOTS, **_CLASSES, **_RUNS, **_DATABASE}
