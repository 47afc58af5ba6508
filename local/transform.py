"""Turns the repository's own `template.yaml` into CloudFormation that the emulator can deploy.

`sam deploy` has AWS apply the SAM transform in the cloud. Here aws-sam-translator, the library that
AWS publishes it as, does the same in process; then the few things are changed that only a laptop
needs:

* code comes from zip files in a bucket of the emulator;
* the HTTP API's OpenAPI `Body`, which ministack ignores, becomes Route and Integration resources;
* who may change a message's visibility may do so in batches, which the emulator takes for another
  right, and AWS does not;
* policies that refuse plain HTTP are left out, because the emulator has no TLS, and alarms that
  compute with metrics, because it knows none of those;
* the bucket has a fixed name, so that a reset changes no physical name;
* functions may speak OAuth over plain HTTP, because the simulators have no TLS
  (`OAUTHLIB_INSECURE_TRANSPORT`; a test holds that the template itself never says so).
"""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

type Template = dict[str, Any]
"""A SAM or CloudFormation template as parsed from YAML, short intrinsics expanded."""

REGION = "us-east-1"
LOCAL_ONLY_VARIABLES = {"OAUTHLIB_INSECURE_TRANSPORT": "1"}
_SOURCES = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


class _NoManagedPolicies:
    """Stands for the table of AWS-managed policies: our roles name none, so none is looked up."""

    def load(self) -> dict[str, str]:
        return {}


def read_template(path: Path) -> Template:
    """The SAM template at `path`, with `!Ref` and the like as `{"Ref": ...}`."""
    parsed = yaml_parse(path.read_text())
    assert isinstance(parsed, dict), f"{path} is not a mapping"
    return parsed


def sources(template: Template) -> dict[str, str]:
    """Folders that the functions and layers of a SAM template are packed from, by logical id."""
    return {
        name: resource["Properties"][_SOURCES[resource["Type"]]]
        for name, resource in template["Resources"].items()
        if resource["Type"] in _SOURCES
    }


def to_cloudformation(template: Template, parameters: dict[str, str], bucket: str) -> Template:
    """CloudFormation of a SAM template, its code taken from `<bucket>/<logical id>.zip`.

    The argument is consumed: aws-sam-translator changes it in place. Raises
    samtranslator's `InvalidDocumentException` if the template is no valid SAM.
    """
    for name in sources(template):
        resource = template["Resources"][name]
        source = {"Bucket": bucket, "Key": f"{name}.zip"}
        resource["Properties"][_SOURCES[resource["Type"]]] = source
    # The translator asks boto3 for a region, and nothing else of AWS.
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    # It warns at exit of metrics of its own that nobody has published.
    logging.getLogger("samtranslator.metrics.metrics").setLevel(logging.ERROR)
    result = transform(template, dict(parameters), _NoManagedPolicies())
    assert isinstance(result, dict), "aws-sam-translator gives a mapping"
    return result


def for_the_emulator(cloudformation: Template) -> Template:
    """The same template with HTTP routes spelled out, the bucket named, local variables set."""
    resources = {k: r for k, r in cloudformation["Resources"].items() if not _is_beyond_it(r)}
    for name, resource in cloudformation["Resources"].items():
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            resources |= _routes(name, resource["Properties"].pop("Body"))
            resource["Properties"] |= {"Name": {"Ref": "AWS::StackName"}, "ProtocolType": "HTTP"}
        if resource["Type"] == "AWS::IAM::Role":
            _allow_batches(resource["Properties"].get("Policies", []))
        if resource["Type"] == "AWS::S3::Bucket":
            # The only physical name that the emulator would make anew at each deployment.
            resource["Properties"]["BucketName"] = f"daybook-local-{name.lower()}"
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Environment"]["Variables"] |= LOCAL_ONLY_VARIABLES
    return cloudformation | {"Resources": resources}


def _allow_batches(policies: list[Template]) -> None:
    for policy in policies:
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"]
            if isinstance(actions, list) and "sqs:ChangeMessageVisibility" in actions:
                actions.append("sqs:ChangeMessageVisibilityBatch")


def _is_beyond_it(resource: Template) -> bool:
    """What the emulator cannot have."""
    return "Metrics" in resource.get("Properties", {}) or _refuses_plain_http(resource)


def _refuses_plain_http(resource: Template) -> bool:
    """A resource policy that refuses plain HTTP, which is all that the emulator speaks."""
    document = resource.get("Properties", {}).get("PolicyDocument", {})
    return any(
        s.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for s in document.get("Statement", [])
    )


def _routes(api: str, body: Template) -> Template:
    """Route and Integration resources for each method of each path of an OpenAPI body."""
    resources: Template = {}
    for number, (route_key, operation) in enumerate(_operations(body)):
        integration = operation["x-amazon-apigateway-integration"]
        resources[f"{api}Integration{number}"] = {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": api},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": integration["uri"],
                "PayloadFormatVersion": integration["payloadFormatVersion"],
            },
        }
        target = {"Fn::Sub": f"integrations/${{{api}Integration{number}}}"}
        resources[f"{api}Route{number}"] = {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {"ApiId": {"Ref": api}, "RouteKey": route_key, "Target": target},
        }
    return resources


def _operations(body: Template) -> Iterator[tuple[str, Template]]:
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            yield f"{verb} {path}", operation
