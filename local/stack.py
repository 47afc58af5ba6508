"""daybook on a laptop: the real `template.yaml` on an emulated AWS, no docker and no account.

    with running(qbo_url="http://127.0.0.1:8090") as stack:
        requests.post(f"{stack.webhook_url}/webhooks/shop", data=body, headers=signed)
        print(stack.environment["DAYBOOK_LEDGER_TABLE"])

What the emulator does otherwise than AWS is in docs/decisions/0003-local-stack.md.
"""

import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local import emulator as aws
from local import front
from local.package import package
from local.transform import (
    LOCAL_ONLY_VARIABLES,
    REGION,
    for_the_emulator,
    read_template,
    sources,
    to_cloudformation,
)

ROOT = Path(__file__).resolve().parent.parent
STACK_NAME = "daybook-local"
QUEUE_FUNCTIONS = ("translator", "poster", "sweeper")
_CODE_BUCKET = "daybook-local-code"
_DEPLOY_SECONDS = 60
# The variables of the functions, and the stack outputs that hold their values.
_OUTPUTS = {
    "DAYBOOK_LEDGER_TABLE": "LedgerTable",
    "DAYBOOK_CONNECTIONS_TABLE": "ConnectionsTable",
    "DAYBOOK_MAPPINGS_TABLE": "MappingsTable",
    "DAYBOOK_ARCHIVE_BUCKET": "ArchiveBucket",
    "DAYBOOK_DELIVERIES_QUEUE_URL": "DeliveriesQueueUrl",
    "DAYBOOK_POSTINGS_QUEUE_URL": "PostingsQueueUrl",
    "DAYBOOK_JOBS_QUEUE_URL": "JobsQueueUrl",
    "DAYBOOK_DELIVERIES_DEAD_LETTERS_URL": "DeliveriesDeadLettersUrl",
    "DAYBOOK_POSTINGS_DEAD_LETTERS_URL": "PostingsDeadLettersUrl",
    "DAYBOOK_JOBS_DEAD_LETTERS_URL": "JobsDeadLettersUrl",
    "DAYBOOK_SECRETS_PREFIX": "SecretsPrefix",
    "DAYBOOK_KEY_ARN": "KeyArn",
}


class InvocationError(RuntimeError):
    """A function raised or timed out; the message is Lambda's error payload."""


@dataclass
class Stack:
    """The running stack.

    `webhook_url` and `console_url` have no trailing slash; `environment` points boto3, the settings
    and the command `daybook` at this stack, also from another shell; `logs` is the emulator's log,
    in which the output of the functions on queues stands.
    """

    webhook_url: str
    logs: Path
    emulator: aws.Emulator
    parameters: dict[str, str]
    template: Path
    environment: dict[str, str] = field(default_factory=dict)
    _clients: dict[str, Any] = field(default_factory=dict)
    _api_host: str = ""

    @property
    def console_url(self) -> str:
        """Where the operators' pages are served."""
        return self.webhook_url

    @property
    def url(self) -> str:
        """The emulated AWS itself: the endpoint of every service."""
        return self.emulator.url

    def api(self) -> tuple[str, str]:
        """Where the front finds the HTTP API: the emulator's URL and the Host to ask it for."""
        return self.emulator.url, self._api_host

    def client(self, service: str) -> Any:
        """A boto3 client of this stack's AWS, whatever the caller's environment says."""
        if service not in self._clients:
            self._clients[service] = self._new_client(service)
        return self._clients[service]

    def _new_client(self, service: str) -> Any:
        # boto3-stubs has one overload a service; the service is a variable here.
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.emulator.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(read_timeout=330, retries={"total_max_attempts": 1}),
        )

    def outputs(self) -> dict[str, str]:
        """The stack's outputs by key, as `sam deploy` would print them."""
        described = self.client("cloudformation").describe_stacks(StackName=STACK_NAME)
        return {o["OutputKey"]: o["OutputValue"] for o in described["Stacks"][0]["Outputs"]}

    def invoke(self, function: str, payload: Any) -> Any:
        """What the named function ("webhook", "end_of_day", ...) answers to `payload`.

        Raises InvocationError if the function raised or timed out.
        """
        answer = self.client("lambda").invoke(
            FunctionName=f"{STACK_NAME}-{function}", Payload=json.dumps(payload).encode()
        )
        text = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            raise InvocationError(f"{function}: {text}")
        return json.loads(text) if text else None

    def log_lines(self, function: str) -> list[str]:
        """What the named function has logged since the last reset, at most 10,000 lines."""
        logs = self.client("logs")
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{STACK_NAME}-{function}",
            PaginationConfig={"MaxItems": 10_000},
        )
        return [event["message"] for page in pages for event in page["events"]]

    def warm_up(self) -> None:
        """Start the functions on queues, so that the first delivery does not wait for imports."""
        with ThreadPoolExecutor(len(QUEUE_FUNCTIONS)) as pool:
            list(pool.map(lambda name: self.invoke(name, {"Records": []}), QUEUE_FUNCTIONS))

    def reset(self) -> None:
        """Empty everything and deploy anew: no row, message, secret or warm function is left."""
        self.emulator.clear()
        self.deploy()

    def deploy(self) -> None:
        """Package the functions and the layer, deploy the template, and read the outputs.

        Raises EmulatorError with the stack's own reason if CloudFormation fails.
        """
        sam = read_template(self.template)
        folders = sources(sam)
        cloudformation = for_the_emulator(to_cloudformation(sam, self.parameters, _CODE_BUCKET))
        self._upload(folders, cloudformation)
        self._create(f"{self.emulator.url}/{_CODE_BUCKET}/template.json")
        self.environment.clear()
        self.environment.update(self._environment())
        apis = self.client("apigatewayv2").get_apis()["Items"]
        self._api_host = f"{apis[0]['ApiId']}.execute-api.{aws.HOST}:{self.emulator.port}"

    def stop(self) -> None:
        """End the emulator. The log stays."""
        self.emulator.stop()

    def _upload(self, folders: dict[str, str], cloudformation: dict[str, Any]) -> None:
        s3 = self.client("s3")
        s3.create_bucket(Bucket=_CODE_BUCKET)
        for name, folder in folders.items():
            code = package(self.template.parent / folder, layer=folder.startswith("layers/"))
            s3.put_object(Bucket=_CODE_BUCKET, Key=f"{name}.zip", Body=code)
        s3.put_object(
            Bucket=_CODE_BUCKET, Key="template.json", Body=json.dumps(cloudformation).encode()
        )

    def _create(self, template_url: str) -> None:
        client = self.client("cloudformation")
        client.create_stack(
            StackName=STACK_NAME,
            TemplateURL=template_url,
            Parameters=[
                {"ParameterKey": k, "ParameterValue": v} for k, v in self.parameters.items()
            ],
            Capabilities=["CAPABILITY_IAM"],
        )
        deadline = time.monotonic() + _DEPLOY_SECONDS
        while time.monotonic() < deadline:
            status = client.describe_stacks(StackName=STACK_NAME)["Stacks"][0]["StackStatus"]
            if status == "CREATE_COMPLETE":
                return
            if status != "CREATE_IN_PROGRESS":
                break
            time.sleep(0.05)
        raise aws.EmulatorError(f"{STACK_NAME}: {_failures(client)}; see {self.logs}")

    def _environment(self) -> dict[str, str]:
        outputs = self.outputs()
        return (
            {name: outputs[key] for name, key in _OUTPUTS.items()}
            | LOCAL_ONLY_VARIABLES
            | {
                "AWS_ENDPOINT_URL": self.emulator.url,
                "AWS_REGION": REGION,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_EC2_METADATA_DISABLED": "true",
                "DAYBOOK_STACK": STACK_NAME,
                "DAYBOOK_STAGE": self.parameters["Stage"],
                "DAYBOOK_QBO_URL": self.parameters["QboUrl"],
                "DAYBOOK_POS_URL": self.parameters["PosUrl"],
                "DAYBOOK_SETTLE_SECONDS": self.parameters["SettleSeconds"],
                "DAYBOOK_CONSOLE_URL": self.parameters["ConsoleUrl"],
                "DAYBOOK_SIGN_IN_ISSUER": self.parameters["SignInIssuer"],
                "DAYBOOK_SIGN_IN_CLIENT_ID": self.parameters["SignInClientId"],
                "DAYBOOK_SIGN_IN_CLAIM": "groups",
                "DAYBOOK_SIGN_IN_VIEWERS": "viewer",
                "DAYBOOK_SIGN_IN_OPERATORS": "operator",
                "DAYBOOK_SIGN_IN_ADMINS": "admin",
            }
        )


def _failures(client: Any) -> list[str]:
    events = client.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in events
        if "FAILED" in event["ResourceStatus"]
    ]


@contextlib.contextmanager
def running(  # noqa: PLR0913 -- the world around it
    *,
    port: int | None = None,
    qbo_url: str = "",
    pos_url: str = "",
    settle_seconds: int = 150,
    sign_in_issuer: str = "",
    template: Path = ROOT / "template.yaml",
) -> Iterator[Stack]:
    """Start the emulator, deploy `template` and serve its HTTP API on `port` (default: a free one).

    `qbo_url` and `pos_url` are base URLs of the simulators; `settle_seconds` and
    `sign_in_issuer` are the stack's parameters of those names. Everything ends with the block.
    Raises EmulatorError or OSError if something cannot start.
    """
    parent = ROOT / "build" / "local"
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="stack-", dir=parent))
    emulator = aws.start(folder, REGION)
    parameters = {
        "Stage": "local",
        "QboUrl": qbo_url,
        "PosUrl": pos_url,
        "SettleSeconds": str(settle_seconds),
        "SignInIssuer": sign_in_issuer,
        "SignInClientId": "daybook-console",
    }
    stack = Stack("", emulator.log, emulator, parameters, template)
    try:
        # The front is there first: the console has to know the address under which it is reached.
        with front.serving(stack.api, port or 0) as url:
            stack.webhook_url = stack.parameters["ConsoleUrl"] = url
            stack.deploy()
            yield stack
    finally:
        stack.stop()
        for name in ("state", "s3", "tmp"):
            shutil.rmtree(folder / name, ignore_errors=True)
