"""Which JSON the .NET service beside a Mouse-GYM rig reads, by the types that it declares: camelCase keys, enumerations as
integers, no null for a value type, integers without point or exponent, unknown members ignored.

`check(topic, payload)` says what is wrong with a published message; `REPLY`, `CONFIGURATION`, `STATUS` and `ENABLED` read
what commands are answered with. Each is a function of a value and its place, which raises `Refused`.
"""

import json


class Refused(Exception):
    """Its reader would throw."""


class Number(str):
    """A number as it stands in the text."""


def loads(payload):
    def not_a_number(text):
        raise Refused(f"{text} is no JSON")

    try:
        return json.loads(payload.decode(), parse_int=Number, parse_float=Number, parse_constant=not_a_number)
    except ValueError as error:
        raise Refused(str(error)) from error


def kind_of(value):
    if value is None:
        return "null"
    for kind, name in ((bool, "bool"), (Number, "number"), (str, "string"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "object"


def need(value, kind, place):
    if kind_of(value) != kind:
        raise Refused(f"{place}: {kind} wanted, {kind_of(value)} found: {str(value)[:60]}")


# Scalars.

def integer(lowest, highest):
    def read(value, place):
        need(value, "number", place)
        if any(character in value for character in ".eE"):
            raise Refused(f"{place}: integer wanted, {value} found")
        if not lowest <= int(value) <= highest:
            raise Refused(f"{place}: {value} is out of range")

    return read


INT = integer(-(2**31), 2**31 - 1)
ULONG = integer(0, 2**64 - 1)
ENUM = INT  # numbers that are not declared are taken as well


def DOUBLE(value, place):
    need(value, "number", place)


def NULL_OR_DOUBLE(value, place):
    if value is not None and value != "NaN":
        need(value, "number", place)


def BOOL(value, place):
    need(value, "bool", place)


def STRING(value, place):
    if value is not None:
        need(value, "string", place)


def ANY(value, place):
    pass


def OBJECT_OR_NULL(value, place):
    if value is not None:
        need(value, "object", place)


# What consists of others.

def optional(read):
    return lambda value, place: None if value is None else read(value, place)


def list_of(read):
    def read_list(value, place):
        if value is None:
            return
        need(value, "array", place)
        for index, element in enumerate(value):
            read(element, f"{place}[{index}]")

    return read_list


def object_of(can_be_null=True, /, **members):
    def read(value, place):
        if value is None and can_be_null:
            return
        need(value, "object", place)
        for key, member in value.items():
            members.get(key, ANY)(member, f"{place}.{key}")

    return read


def struct(**members):
    return object_of(False, **members)


# Messages.

HEARTBEAT = object_of(identifier=STRING, version=STRING, timestamp=DOUBLE)
EVENT = object_of(kind=ENUM, when=DOUBLE, index=ULONG, context=ANY, repeat=INT)
REPLY = struct(
    command=ENUM, nonce=INT, result=ENUM, data=OBJECT_OR_NULL, errorKind=ENUM, errorCode=INT, errorMessage=STRING
)
ENABLED = object_of(enabled=BOOL)
CONFIGURATION = object_of(**dict.fromkeys((
    "applicationVersion", "deviceId", "configurationLocation", "dataLocation", "animalLocation", "logLocation",
    "inferenceModel",
), STRING))

REACHES = struct(pelletsPresented=INT, pelletsConsumed=INT, reaches=INT, successfulReaches=INT)
ANIMAL = struct(
    identifier=STRING, name=STRING, dcsSendX=DOUBLE, dcsSendY=DOUBLE, dcsSendZ=DOUBLE, targetYLimit=optional(DOUBLE),
    reachStatusTotal=REACHES, reachStatusDay=REACHES,
)
DETECTOR = struct(detectorId=ENUM, isActive=BOOL, isEnabled=BOOL)
ALARM = struct(alarmId=ENUM, isActive=BOOL, isEnabled=BOOL, isAutoResumeEnabled=BOOL, isStopCondition=BOOL)
PELLET_DEVICE = struct(
    **dict.fromkeys(
        ("dcsSendX", "dcsSendY", "dcsSendZ", "dcsX", "dcsY", "dcsZ", "loadArm", "barrierArm"), NULL_OR_DOUBLE
    ),
    **dict.fromkeys(("isBarrierArmActive", "isHomeOnExcessiveDriftEnabled", "isTunnelSweepEnabled"), BOOL),
)
BEHAVIOR = struct(
    baselineMagnetIntensity=DOUBLE,
    reaches=REACHES,
    **{f"is{name}Enabled": BOOL for name in (
        "LiveAnalysis", "PelletDelivery", "PelletCover", "IntertrialPelletShift", "TrianglePelletDistanceDetection",
        "AutoCloseGateOnIntertrial", "AutoClamp", "BatchTrials",
    )},
)
STATUS = object_of(
    applicationMode=ENUM,
    trainingMode=ENUM,
    animal=optional(ANIMAL),
    project=struct(dayPath=STRING, trialId=INT, sessionId=STRING),
    alarms=list_of(ALARM),
    detectors=list_of(DETECTOR),
    pelletDevice=PELLET_DEVICE,
    tunnelDevice=struct(magnetIntensity=NULL_OR_DOUBLE, isGateOpen=BOOL, isFanOn=BOOL),
    behavior=BEHAVIOR,
)

# Contexts of events.

POINT = struct(x=DOUBLE, y=DOUBLE, z=DOUBLE)
REACH = object_of(
    init=INT, end=optional(INT), max=optional(INT), method=STRING, outcome=STRING, delaySincePresented=DOUBLE
)
SESSION = dict(sessionId=STRING)
TRIAL = dict(SESSION, trialId=INT)
BATCH = dict(TRIAL, batchId=STRING)
INTERTRIAL = object_of(
    rhMaxVpList=list_of(list_of(DOUBLE)), reachEvents=list_of(REACH), otherEvents=list_of(REACH),
    handEvents=list_of(REACH), foodConsumed=INT, successfulReaches=INT, totalReaches=INT,
)
IS_ENABLED, IS_ENGAGED, REASON = object_of(isEnabled=BOOL), object_of(isEngaged=BOOL), object_of(reason=STRING)
INTENSITY, PHASE, COMMAND = object_of(intensity=DOUBLE), object_of(trainingPhaseId=STRING), object_of(context=STRING)
CHANGE = object_of(change=INT, count=INT)
PROTOCOL = object_of(targetId=STRING, eventType=INT, data=OBJECT_OR_NULL)
CONTEXTS = {
    101: object_of(reason=STRING, reasonCode=optional(ENUM), activeAlarms=list_of(ENUM)),
    102: object_of(reason=STRING, reasonCode=optional(ENUM), resumedAlarms=list_of(ENUM)),
    201: object_of(version=STRING), 202: REASON, 301: object_of(mode=ENUM), 312: REASON, 322: REASON,
    501: object_of(target=INT, name=STRING, newValue=ANY, oldValue=ANY), 601: STATUS,
    701: object_of(root=STRING, deviceId=STRING, day=STRING, **TRIAL), 702: object_of(root=STRING, **TRIAL),
    1222: object_of(cycles=INT), 1223: object_of(drift=POINT), 1301: object_of(reason=STRING, **TRIAL),
    1305: object_of(**TRIAL), 1311: object_of(result=STRING, **TRIAL),
    1321: object_of(batchId=STRING, analysisTrialCount=INT, **SESSION),
    1322: object_of(batchId=STRING, analysisTrialCount=INT, failedTrialCount=INT, **SESSION),
    1331: object_of(isAnalysisDeferred=BOOL, **SESSION),
    1332: object_of(captureTrialCount=INT, analysisTrialCount=INT, failedTrialCount=INT, **SESSION),
    1601: object_of(baseline=DOUBLE), 1612: INTENSITY, 1613: object_of(frequency=DOUBLE), 1614: object_of(delay=DOUBLE),
    1623: object_of(frequency=DOUBLE, duration=DOUBLE), 1720: object_of(responseData=INTERTRIAL, **BATCH),
    1811: object_of(date=DOUBLE, dayPath=STRING), 1901: object_of(**TRIAL),
    1911: object_of(trialReachEvents=list_of(REACH), **BATCH),
    1921: object_of(source=ENUM, shift=POINT, deferred=BOOL, **BATCH), 5001: object_of(trainingMode=ENUM),
    5101: object_of(trainingPlanId=STRING), 6001: DETECTOR, 6501: ALARM, 7001: ANIMAL, 7002: ANIMAL,
    **dict.fromkeys((1401, 1405, 1406, 1421, 1611), IS_ENABLED), **dict.fromkeys((4001, 4011), IS_ENGAGED),
    **dict.fromkeys((1621, 1622, 1624), INTENSITY), **dict.fromkeys((5201, 5202, 5501), PHASE),
    **dict.fromkeys((5801, 5811, 5821, 5831, 5841, 5851), PROTOCOL),
    **dict.fromkeys((1800, 1802, 1803, 1804, 1812, 1813, 1814, 1815), CHANGE),
    **dict.fromkeys((1501, 1502, 1503, 1701, 1702, 1711, 1712), object_of(**BATCH)),
    **dict.fromkeys((1703, 1705, 1713, 1715), object_of(error=STRING, **BATCH)),
    **dict.fromkeys((1704, 1714), object_of(location=STRING, **BATCH)),
    **dict.fromkeys((
        1202, 1203, 1205, 1206, 1208, 1209, 1211, 1212, 1214, 1215, 1220, 1221, *range(1230, 1234), *range(1235, 1239),
        2001, 2002,
    ), COMMAND),
}

HEARTBEATS, EMERGENCIES, EVENTS, RESULTS = 1001, 2001, 4001, 6001


def check(topic, payload):
    """The message's value; raises `Refused` where the service would lose the message."""
    value = loads(payload)
    if topic == HEARTBEATS:
        HEARTBEAT(value, "heartbeat")
    elif topic in (EMERGENCIES, EVENTS):
        EVENT(value, "event")
        read = CONTEXTS.get(int(value["kind"]))
        if read and value.get("context") is not None:
            read(value["context"], f"{value['kind']}.context")
    elif topic == RESULTS:
        REPLY(value, "result")
    return value
