"""Checks JSON values against Schemas/<name>.schema.json (`event`, `payloads/ReachEventDict`), JSON Schema draft 2020-12.
Reads {"schema":"<name>","instance":<value>} a line, prints {"valid":<bool>,"errors":["<where>: <what>",…]}.
"""

import argparse
import json
import pathlib
import sys

import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from peer import emit, end_in_every_case, run

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "Schemas"
SUFFIX = ".schema.json"


def load(folder):
    """Every schema of the folder, known by its path in it and, where it says one, by its $id."""
    contents = {
        path.relative_to(folder).as_posix(): json.loads(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*" + SUFFIX))
    }
    registry = Registry()
    for name, schema in contents.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        resource = Resource.from_contents(schema, default_specification=DRAFT202012)
        registry = registry.with_resource(name, resource)
        if "$id" in schema:  # a relative $ref resolves against it
            registry = registry.with_resource(schema["$id"], resource)
    return contents, registry


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schemas", type=pathlib.Path, default=SCHEMAS, metavar="FOLDER")
    parser.add_argument("--limit", type=float, default=120, metavar="S", help="end after S seconds, default 120")
    arguments = parser.parse_args()
    end_in_every_case(arguments.limit)

    contents, registry = load(arguments.schemas)
    validators = {
        name.removesuffix(SUFFIX): jsonschema.Draft202012Validator(
            schema, registry=registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
        for name, schema in contents.items()
    }
    for line in sys.stdin:
        if not line.strip():
            continue
        question = json.loads(line)
        validator = validators.get(question["schema"])
        if validator is None:
            emit({"valid": False, "errors": [f"no {question['schema']}{SUFFIX} in {arguments.schemas.name}"]})
            continue
        errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(question["instance"])]
        emit({"valid": not errors, "errors": errors})


if __name__ == "__main__":
    run(main)
