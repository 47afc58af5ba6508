"""What must hold for the deployed template and what cfn-lint does not see.

Each check takes the resources of the CloudFormation template (SAM already transformed) and gives a
sentence for each thing that is wrong; `problems` gathers them. The numbers are AWS's own:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

type Resources = dict[str, Any]
type Check = Callable[[Resources], Iterator[str]]

FOUR_DAYS_SECONDS, FOURTEEN_DAYS_SECONDS = 345_600, 1_209_600
_FORBIDDEN_ACTIONS = ("dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:*", "*")

# The console's sessions stand in this table, and only they have the attribute.
SESSIONS_END: Final = {"ConnectionsTable": "ends_at"}


def of_type(resources: Resources, kind: str) -> dict[str, Resources]:
    """Properties by logical id of the resources of one type."""
    return {k: r.get("Properties", {}) for k, r in resources.items() if r["Type"] == kind}


def named(value: Any) -> str:
    """The logical id that `{"Ref": id}` or `{"Fn::GetAtt": [id, ...]}` points at."""
    target = value.get("Ref") or value.get("Fn::GetAtt", [""])[0]
    assert isinstance(target, str), f"not a reference: {value}"
    return target


def mappings(resources: Resources) -> Iterator[str]:
    """Event source mappings: batch sizes, windows, concurrency, partial failures."""
    queues = of_type(resources, "AWS::SQS::Queue")
    for name, mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").items():
        fifo = queues[named(mapping["EventSourceArn"])].get("FifoQueue", False)
        batch, window = mapping.get("BatchSize", 10), mapping.get("MaximumBatchingWindowInSeconds")
        if fifo and batch > 10:
            yield f"{name}: a FIFO queue gives at most 10 messages a batch"
        if fifo and window is not None:
            yield f"{name}: a FIFO queue takes no batching window"
        if not fifo and batch > 10 and not window:
            yield f"{name}: a batch above 10 needs a batching window"
        if not _concurrent(mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 0)):
            yield f"{name}: MaximumConcurrency must be given, and at least 2"
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name}: one bad message must not send its batch back"


def _concurrent(limit: Any) -> bool:
    """A parameter's own MinValue bounds it; a number is bounded here."""
    return isinstance(limit, dict) or int(limit) >= 2


def visibility(resources: Resources) -> Iterator[str]:
    """A message comes back only after its function must have ended.

    AWS asks for six times the timeout, for throttled retries of a batch; a batch of one that is
    bounded by MaximumConcurrency needs the timeout and 30 s, and six times would make a crashed
    poster's company wait half an hour.
    """
    queues = of_type(resources, "AWS::SQS::Queue")
    functions = of_type(resources, "AWS::Lambda::Function")
    for name, mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").items():
        timeout = functions[named(mapping["FunctionName"])]["Timeout"]
        needed = timeout + 30 if mapping.get("BatchSize", 10) == 1 else 6 * timeout
        visible = queues[named(mapping["EventSourceArn"])].get("VisibilityTimeout", 30)
        if visible < needed:
            yield f"{name}: visibility {visible} s is below {needed} s"


def queues(resources: Resources) -> Iterator[str]:
    """Every queue is encrypted, refuses plain HTTP, and has dead letters that outlive it."""
    all_queues = of_type(resources, "AWS::SQS::Queue")
    tls = {
        named(queue)
        for policy in of_type(resources, "AWS::SQS::QueuePolicy").values()
        if _denies_plain_http(policy)
        for queue in policy["Queues"]
    }
    receivers = dead_letter_queues(resources)
    for name, queue in all_queues.items():
        if "KmsMasterKeyId" not in queue:
            yield f"{name}: is not encrypted with the key"
        if name not in tls:
            yield f"{name}: does not refuse plain HTTP"
        if name in receivers:
            if queue.get("MessageRetentionPeriod") != FOURTEEN_DAYS_SECONDS:
                yield f"{name}: dead letters must stay for 14 days"
        elif "RedrivePolicy" not in queue:
            yield f"{name}: has no dead-letter queue"
        elif queue.get("MessageRetentionPeriod") != FOUR_DAYS_SECONDS:
            yield f"{name}: messages must go to the dead letters before 14 days"


def redrives(resources: Resources) -> Iterator[str]:
    """Dead letters come from their own queue and no other, and are as large as that queue takes."""
    all_queues = of_type(resources, "AWS::SQS::Queue")
    for name in dead_letter_queues(resources):
        allowed = all_queues[name].get("RedriveAllowPolicy", {})
        own = [
            queue
            for queue in all_queues.values()
            if "RedrivePolicy" in queue
            and named(queue["RedrivePolicy"]["deadLetterTargetArn"]) == name
        ]
        ends = [":" + queue["QueueName"]["Fn::Sub"] for queue in own]
        arns = [arn["Fn::Sub"] for arn in allowed.get("sourceQueueArns", [])]
        wanted = "byQueue" if own else "denyAll"
        if allowed.get("redrivePermission") != wanted or not (
            len(arns) == len(ends) and all(map(str.endswith, arns, ends))
        ):
            yield f"{name}: takes dead letters of other queues than its own"
        for queue in own:
            if queue.get("MaximumMessageSize") != all_queues[name].get("MaximumMessageSize"):
                yield f"{name}: takes other sizes than its queue"


def dead_letter_queues(resources: Resources) -> set[str]:
    """Queues that are the end of a redrive, a schedule or a failed invocation."""
    ends = set()
    for queue in of_type(resources, "AWS::SQS::Queue").values():
        if "RedrivePolicy" in queue:
            ends.add(named(queue["RedrivePolicy"]["deadLetterTargetArn"]))
    for schedule in of_type(resources, "AWS::Scheduler::Schedule").values():
        if "DeadLetterConfig" in schedule["Target"]:
            ends.add(named(schedule["Target"]["DeadLetterConfig"]["Arn"]))
    for config in of_type(resources, "AWS::Lambda::EventInvokeConfig").values():
        ends.add(named(config["DestinationConfig"]["OnFailure"]["Destination"]))
    return ends


def _denies_plain_http(policy: Resources) -> bool:
    return any(
        s["Effect"] == "Deny" and s.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for s in policy["PolicyDocument"]["Statement"]
    )


def alarms(resources: Resources) -> Iterator[str]:
    """A dead letter and a message that waits too long reach a person."""
    ends = dead_letter_queues(resources)
    for queue in of_type(resources, "AWS::SQS::Queue"):
        metric = (
            "ApproximateNumberOfMessagesVisible"
            if queue in ends
            else "ApproximateAgeOfOldestMessage"
        )
        if not any(_watches(a, queue, metric) for a in _alarms(resources)):
            yield f"{queue}: no alarm on {metric}"
    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        if not alarm.get("AlarmDescription"):
            yield f"{name}: does not say what it means and what to do"


def _alarms(resources: Resources) -> list[Resources]:
    return list(of_type(resources, "AWS::CloudWatch::Alarm").values())


def _watches(alarm: Resources, queue: str, metric: str) -> bool:
    dead = metric == "ApproximateNumberOfMessagesVisible"
    return (
        alarm.get("MetricName") == metric
        and [named(d["Value"]) for d in alarm["Dimensions"]] == [queue]
        and bool(alarm.get("AlarmActions"))
        and (not dead or alarm["Threshold"] == 1)
    )


def functions(resources: Resources) -> Iterator[str]:
    """Each function has a role and a log group of its own, and no reserved concurrency."""
    roles: dict[str, str] = {}
    logs = of_type(resources, "AWS::Logs::LogGroup")
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        role, group = named(function["Role"]), function.get("LoggingConfig", {}).get("LogGroup", {})
        if role in roles:
            yield f"{name}: shares its role with {roles[role]}"
        roles[role] = name
        if not logs.get(named(group) if group else "", {}).get("RetentionInDays"):
            yield f"{name}: has no log group with a retention"
        if "ReservedConcurrentExecutions" in function:
            yield f"{name}: reserved concurrency throttles messages into the dead letters"
        if (function["Runtime"], function["Architectures"]) != ("python3.13", ["arm64"]):
            yield f"{name}: is not python3.13 on arm64"


def permissions(resources: Resources) -> Iterator[str]:
    """No role deletes a row of a table, and none is allowed everything or everywhere."""
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                for action in actions if isinstance(actions, list) else [actions]:
                    if action in _FORBIDDEN_ACTIONS:
                        yield f"{name}: may {action}"
                if statement["Resource"] == "*":
                    yield f"{name}: may {actions} on everything"


def state(resources: Resources) -> Iterator[str]:
    """What holds money's evidence outlives the stack, and a slip of the hand."""
    kinds = (
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::KMS::Key",
        "AWS::SecretsManager::Secret",
    )
    for name, resource in resources.items():
        policies = resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")
        if resource["Type"] in kinds and policies != ("Retain", "Retain"):
            yield f"{name}: is not retained"
    for name, table in of_type(resources, "AWS::DynamoDB::Table").items():
        if not table.get("DeletionProtectionEnabled"):
            yield f"{name}: has no deletion protection"
        recovery = table.get("PointInTimeRecoverySpecification", {})
        if not recovery.get("PointInTimeRecoveryEnabled"):
            yield f"{name}: has no point-in-time recovery"
        expires = table.get("TimeToLiveSpecification")
        if expires and expires.get("AttributeName", "") != SESSIONS_END.get(name):
            yield f"{name}: expires rows; money does not expire"


def schedules(resources: Resources) -> Iterator[str]:
    """A tick that cannot be delivered is tried again and then kept; ticks are in UTC."""
    for name, schedule in of_type(resources, "AWS::Scheduler::Schedule").items():
        if not schedule["Target"].get("RetryPolicy", {}).get("MaximumRetryAttempts"):
            yield f"{name}: is not tried again"
        if "DeadLetterConfig" not in schedule["Target"]:
            yield f"{name}: has no dead-letter queue"
        if schedule.get("ScheduleExpressionTimezone", "UTC") != "UTC":
            yield f"{name}: ticks in a local time zone"
        if "Name" in schedule:
            yield f"{name}: two stacks in one region cannot share a schedule's name"


def http_api(resources: Resources) -> Iterator[str]:
    """The API is throttled, and its log has no path or query: secrets stand there."""
    for name, stage in of_type(resources, "AWS::ApiGatewayV2::Stage").items():
        if not stage.get("DefaultRouteSettings", {}).get("ThrottlingRateLimit"):
            yield f"{name}: is not throttled"
        line = stage.get("AccessLogSettings", {}).get("Format", "")
        if "$context.routeKey" not in line:
            yield f"{name}: logs no route"
        if "path" in line.lower() or "query" in line.lower():
            yield f"{name}: logs the path or the query"


def no_insecure_transport(resources: Resources) -> Iterator[str]:
    """Tokens go over TLS; only the local stack may say otherwise."""
    if "OAUTHLIB_INSECURE_TRANSPORT" in json.dumps(resources):
        yield "OAUTHLIB_INSECURE_TRANSPORT is set"


CHECKS: tuple[Check, ...] = (
    mappings,
    visibility,
    queues,
    redrives,
    alarms,
    functions,
    permissions,
    state,
    schedules,
    http_api,
    no_insecure_transport,
)


def problems(template: Resources) -> list[str]:
    """Everything that is wrong with a CloudFormation template."""
    return [problem for check in CHECKS for problem in check(template["Resources"])]
