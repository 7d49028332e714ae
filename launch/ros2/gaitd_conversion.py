"""Converts ROS 2 messages to gaitd's protocol, and gaitd's emotions to ROS 2.

Pure functions without rclpy. Any object with the right fields serves as a ROS message, so that tests need no ROS.
Every conversion returns None if there is nothing to send.
"""

import json
import math
import re

# zed_msgs/Object.body_format: the layout and how many of the 70 keypoints it fills. gaitd has no layout for format 3.
ZED_LAYOUTS = {0: ("coco18", 18), 1: ("zed34", 34), 2: ("zed38", 38)}
# zed_msgs/Object.tracking_state: the only state in which the skeleton was seen rather than predicted.
ZED_TRACKING_OK = 1
# The Azure Kinect driver numbers its markers body * 100 + joint.
AZURE_JOINTS = 32
AZURE_STRIDE = 100
# visualization_msgs/Marker.action: added or modified, not deleted.
MARKER_ADD = 0

NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
QUATERNION_LENGTH = 4


class InvalidParameter(ValueError):
    """An invalid parameter; the text names it and says what it must be."""


def name(value, parameter):
    """The value, if the protocol accepts it as the name of a robot, camera or node."""
    if not NAME.fullmatch(value):
        raise InvalidParameter(f"{parameter} '{value}' must be 1 to 64 of A-Z a-z 0-9 _ . -")
    return value


def source_form(units="m", up="z", orientation=()):
    """The fields of a skeleton message that describe a sensor's coordinates.

    orientation is empty or the quaternion x, y, z, w from the sensor's frame to a level one, applied after up. The
    identity is omitted.
    """
    if units not in ("m", "cm", "mm"):
        raise InvalidParameter(f"units '{units}' must be m, cm or mm")
    if up not in ("y", "z", "-y"):
        raise InvalidParameter(f"up '{up}' must be y, z or -y")
    form = {"units": units, "up": up}
    if len(orientation) > 0:
        numbers = [float(value) for value in orientation]
        if len(numbers) != QUATERNION_LENGTH or not 0.5 < math.hypot(*numbers) < 2:
            raise InvalidParameter(f"orientation {numbers} must be a quaternion x, y, z, w of length 1, or empty")
        if numbers != [0.0, 0.0, 0.0, 1.0]:
            form["orientation"] = numbers
    return form


def seconds(stamp):
    """builtin_interfaces/Time as seconds; None if it is zero because the driver does not set it."""
    value = stamp.sec + stamp.nanosec * 1e-9
    return value if value > 0 else None


def joint(position, confidence=None):
    """[x, y, z] or [x, y, z, confidence]; None if a coordinate is not a number, as for an unseen joint."""
    numbers = [float(value) for value in position]
    if not all(math.isfinite(value) for value in numbers):
        return None
    if confidence is not None and math.isfinite(confidence):
        numbers.append(min(max(float(confidence), 0.0), 1.0))
    return numbers


def skeleton_message(header, layout, bodies, form):
    """A skeleton message of the protocol, as a dictionary."""
    message = {"layout": layout, "bodies": bodies, **form}
    stamp = seconds(header.stamp)
    if stamp is not None:
        message["stamp"] = stamp
    if header.frame_id:
        message["frame_id"] = header.frame_id
    return message


def zed_skeletons(objects, form):
    """zed_msgs/ObjectsStamped as a skeleton message.

    Omits objects without a skeleton, objects whose position is a prediction (tracking state searching), and bodies
    whose format differs from the first body's, because a message has one layout.
    """
    seen = [
        item
        for item in objects.objects
        if item.skeleton_available
        and item.body_format in ZED_LAYOUTS
        and (not item.tracking_available or item.tracking_state == ZED_TRACKING_OK)
    ]
    if not seen:
        return None
    body_format = seen[0].body_format
    layout, count = ZED_LAYOUTS[body_format]
    bodies = [_zed_body(item, count) for item in seen if item.body_format == body_format]
    return skeleton_message(objects.header, layout, bodies, form)


def _zed_body(item, count):
    points = [point.kp for point in item.skeleton_3d.keypoints[:count]]
    # In percent. Older versions of zed_msgs lack them, and an array of zeros was never filled in.
    percent = list(getattr(item, "skeleton_keypoint_confidence", ()))[:count]
    if len(percent) < count or not any(value > 0 for value in percent):
        percent = [None] * count
    body = {
        "joints": [
            joint(point, None if value is None else value / 100) for point, value in zip(points, percent)
        ]
    }
    if item.tracking_available and item.label_id >= 0:
        body["id"] = int(item.label_id)
    return body


def azure_skeletons(markers, form):
    """visualization_msgs/MarkerArray of the Azure Kinect driver as a skeleton message.

    The driver gives meters in the depth camera's frame: y down, so up is -y. A joint without a marker is missing.
    """
    bodies = {}
    header = None
    for marker in markers.markers:
        number, index = divmod(marker.id, AZURE_STRIDE)
        if marker.action != MARKER_ADD or marker.id < 0 or index >= AZURE_JOINTS:
            continue
        header = header or marker.header
        joints = bodies.setdefault(number, [None] * AZURE_JOINTS)
        place = marker.pose.position
        joints[index] = joint((place.x, place.y, place.z))
    if not bodies:
        return None
    listed = [{"id": number, "joints": joints} for number, joints in sorted(bodies.items())]
    return skeleton_message(header, "azure32", listed, form)


def frame(image):
    """sensor_msgs/CompressedImage as the JPEG's bytes and the user properties of its MQTT message.

    None if it is not a JPEG, the only format that gaitd reads.
    """
    data = bytes(image.data)
    if data[:2] != b"\xff\xd8":
        return None
    properties = []
    stamp = seconds(image.header.stamp)
    if stamp is not None:
        properties.append(("stamp", f"{stamp:.6f}"))
    if image.header.frame_id:
        properties.append(("frame_id", image.header.frame_id))
    return data, properties


def encoded(message):
    """A message of the protocol as its payload."""
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode()


def body_id(person, prefix="gaitd_"):
    """A person's name as a REP-155 identifier, which is part of a topic. Letters and digits stay; any other character
    becomes _ and its code, so that different names give different identifiers."""
    return prefix + "".join(
        character if character.isascii() and character.isalnum() else f"_{ord(character):02x}"
        for character in person
    )


def _read(payload):
    """The JSON object in a payload; None if the payload is not a JSON object."""
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _number(value):
    """A finite number unchanged; anything else as NaN, which means no value in ROS."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return math.nan


def expression(payload):
    """An emotion message as the fields of hri_msgs/Expression.

    `expression` is empty if gaitd gives no emotion. If gaitd did not classify the gait, valence and arousal are NaN and
    the confidence is 0. None if the payload is not an emotion message.
    """
    message = _read(payload)
    if message is None or not isinstance(message.get("state"), str):
        return None
    emotion, confidence = message.get("emotion"), _number(message.get("confidence"))
    frame_id, stamp = message.get("frame_id"), _number(message.get("stamp"))
    return {
        "stamp": time(0.0 if math.isnan(stamp) else stamp),
        "frame_id": frame_id if isinstance(frame_id, str) else "",
        "expression": emotion if isinstance(emotion, str) else "",
        "valence": _number(message.get("valence")),
        "arousal": _number(message.get("arousal")),
        "confidence": 0.0 if math.isnan(confidence) else confidence,
    }


def people(payload):
    """The names in a message on `robots/{robot}/people`; None if it is not such a message."""
    message = _read(payload)
    listed = None if message is None else message.get("people")
    if not isinstance(listed, list) or not all(isinstance(person, str) for person in listed):
        return None
    return listed


def time(value):
    """Seconds as the fields sec and nanosec of builtin_interfaces/Time; 0 if they do not fit."""
    if not 0 <= value < 2**31:
        return 0, 0
    whole, nanoseconds = int(value), round((value - int(value)) * 1e9)
    return (whole + 1, 0) if nanoseconds >= 1_000_000_000 else (whole, nanoseconds)
