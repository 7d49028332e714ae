"""Tests the conversions with messages that have the fields of ROS messages: python3 -m unittest test_gaitd_conversion"""

import json
import math
import unittest
from types import SimpleNamespace as Message

import gaitd_conversion as conversion


def header(frame_id="zed_left_camera_frame", sec=1789, nanosec=250_000_000):
    return Message(frame_id=frame_id, stamp=Message(sec=sec, nanosec=nanosec))


def zed_object(label_id=7, body_format=2, **others):
    fields = {
        "label_id": label_id,
        "skeleton_available": True,
        "body_format": body_format,
        "tracking_available": True,
        "tracking_state": 1,
        "skeleton_3d": Message(keypoints=[Message(kp=[float(index), 0.5, 1.0]) for index in range(70)]),
    }
    return Message(**{**fields, **others})


def marker(number, x=0.0, action=0, frame_id="depth_camera_link"):
    return Message(
        id=number, action=action, header=header(frame_id), pose=Message(position=Message(x=x, y=1.0, z=2.0))
    )


class ZED(unittest.TestCase):
    form = conversion.source_form("m", "z")

    def skeletons(self, *objects):
        return conversion.zed_skeletons(Message(header=header(), objects=list(objects)), self.form)

    def test_formats(self):
        for body_format, layout, count in [(0, "coco18", 18), (1, "zed34", 34), (2, "zed38", 38)]:
            message = self.skeletons(zed_object(body_format=body_format))
            self.assertEqual(message["layout"], layout)
            self.assertEqual(len(message["bodies"][0]["joints"]), count)
            self.assertEqual(message["bodies"][0]["joints"][count - 1], [count - 1.0, 0.5, 1.0])

    def test_header_and_form(self):
        message = self.skeletons(zed_object())
        self.assertEqual(message["stamp"], 1789.25)
        self.assertEqual(message["frame_id"], "zed_left_camera_frame")
        self.assertEqual((message["units"], message["up"]), ("m", "z"))
        self.assertNotIn("orientation", message)

    def test_a_joint_that_is_not_a_number_is_missing(self):
        item = zed_object()
        item.skeleton_3d.keypoints[3].kp = [math.nan, 0.0, 0.0]
        self.assertIsNone(self.skeletons(item)["bodies"][0]["joints"][3])

    def test_confidences_become_shares_and_all_zeros_are_ignored(self):
        item = zed_object(skeleton_keypoint_confidence=[50.0] * 37 + [math.nan] * 33)
        joints = self.skeletons(item)["bodies"][0]["joints"]
        self.assertEqual(joints[0], [0.0, 0.5, 1.0, 0.5])
        self.assertEqual(joints[37], [37.0, 0.5, 1.0])
        joints = self.skeletons(zed_object(skeleton_keypoint_confidence=[0.0] * 70))["bodies"][0]["joints"]
        self.assertEqual(len(joints[0]), 3)

    def test_unusable_objects_are_omitted(self):
        self.assertIsNone(self.skeletons())
        self.assertIsNone(self.skeletons(zed_object(skeleton_available=False)))
        self.assertIsNone(self.skeletons(zed_object(tracking_state=2)))
        self.assertIsNone(self.skeletons(zed_object(body_format=3)))
        mixed = self.skeletons(zed_object(1), zed_object(2, body_format=1), zed_object(3))
        self.assertEqual([body["id"] for body in mixed["bodies"]], [1, 3])

    def test_without_tracking_there_is_no_id(self):
        self.assertNotIn("id", self.skeletons(zed_object(tracking_available=False, tracking_state=0))["bodies"][0])


class Azure(unittest.TestCase):
    form = conversion.source_form("m", "-y")

    def test_markers_become_the_joints_of_bodies(self):
        markers = [marker(426, x=4.5), marker(400), marker(131), marker(1), marker(2, action=2)]
        message = conversion.azure_skeletons(Message(markers=markers), self.form)
        self.assertEqual((message["layout"], message["up"]), ("azure32", "-y"))
        self.assertEqual([body["id"] for body in message["bodies"]], [0, 1, 4])
        joints = message["bodies"][2]["joints"]
        self.assertEqual((len(joints), joints[26], joints[1]), (32, [4.5, 1.0, 2.0], None))
        self.assertIsNone(message["bodies"][0]["joints"][2])

    def test_other_markers_are_omitted(self):
        for markers in [[], [marker(32)], [marker(-100)], [marker(5, action=3)]]:
            self.assertIsNone(conversion.azure_skeletons(Message(markers=markers), self.form))


class Pictures(unittest.TestCase):
    def test_a_jpeg_keeps_its_bytes_stamp_and_frame(self):
        image = Message(header=header("camera"), format="jpeg", data=[0xFF, 0xD8, 0xFF, 0xE0])
        data, properties = conversion.frame(image)
        self.assertEqual(data, b"\xff\xd8\xff\xe0")
        self.assertEqual(properties, [("stamp", "1789.250000"), ("frame_id", "camera")])

    def test_a_missing_stamp_stays_missing(self):
        image = Message(header=header("", 0, 0), format="jpeg", data=b"\xff\xd8")
        self.assertEqual(conversion.frame(image)[1], [])

    def test_other_formats_are_omitted(self):
        for data in [b"", b"\xff", b"\x89PNG"]:
            self.assertIsNone(conversion.frame(Message(header=header(), format="png", data=data)))


class Emotions(unittest.TestCase):
    def test_an_emotion_becomes_an_expression(self):
        payload = json.dumps({"state": "ok", "stamp": 1789.25, "frame_id": "odom", "emotion": "happy",
                              "confidence": 0.81, "valence": 0.6, "arousal": 0.4})
        self.assertEqual(
            conversion.expression(payload.encode()),
            {"stamp": (1789, 250_000_000), "frame_id": "odom", "expression": "happy", "valence": 0.6,
             "arousal": 0.4, "confidence": 0.81},
        )

    def test_an_unclassified_gait_gives_an_empty_expression(self):
        fields = conversion.expression(
            b'{"state": "not_walking", "stamp": 1, "emotion": null, "confidence": null, "valence": null}')
        self.assertEqual((fields["expression"], fields["confidence"]), ("", 0.0))
        self.assertTrue(math.isnan(fields["valence"]) and math.isnan(fields["arousal"]))

    def test_other_payloads_give_none(self):
        for payload in [b"", b"{", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"state": 3}']:
            self.assertIsNone(conversion.expression(payload))

    def test_people(self):
        self.assertEqual(conversion.people(b'{"stamp": 1, "people": ["7", "a.b"]}'), ["7", "a.b"])
        for payload in [b"", b"{}", b'{"people": [7]}', b'{"people": "7"}']:
            self.assertIsNone(conversion.people(payload))

    def test_identifiers_are_valid_in_topics_and_differ(self):
        names = ["7", "a.b", "a-b", "a_b", "a_2eb", "A"]
        identifiers = [conversion.body_id(name) for name in names]
        self.assertEqual(identifiers[0], "gaitd_7")
        self.assertEqual(len(set(identifiers)), len(names))
        for identifier in identifiers:
            self.assertRegex(identifier, r"^[A-Za-z][A-Za-z0-9_]*$")
            self.assertNotIn("__", identifier)

    def test_times_that_ros_cannot_hold_are_zero(self):
        self.assertEqual(conversion.time(-1.0), (0, 0))
        self.assertEqual(conversion.time(2.0**31), (0, 0))
        self.assertEqual(conversion.time(1.9999999999), (2, 0))


class Parameters(unittest.TestCase):
    def test_invalid_parameters_are_named(self):
        for wrong in [lambda: conversion.name("a/b", "robot"), lambda: conversion.name("", "robot"),
                      lambda: conversion.source_form("ft"), lambda: conversion.source_form("m", "x"),
                      lambda: conversion.source_form("m", "z", [0, 0, 0, 0]),
                      lambda: conversion.source_form("m", "z", [0, 1])]:
            self.assertRaises(conversion.InvalidParameter, wrong)

    def test_an_orientation_is_passed_on(self):
        self.assertEqual(conversion.source_form("m", "y", [0.6, 0, 0, 0.8])["orientation"], [0.6, 0.0, 0.0, 0.8])


if __name__ == "__main__":
    unittest.main()
