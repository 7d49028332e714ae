#!/usr/bin/env python3
"""ROS 2 node that sends a robot's skeletons and images to gaitd over MQTT and publishes the perceived emotions.

README.md beside this file describes the parameters and topics. Needs rclpy, sensor_msgs, hri_msgs and
paho-mqtt; zed_msgs and visualization_msgs only if their topics are set.
"""

import collections
import ssl
import sys
import types

import paho.mqtt.client as mqtt
import rclpy
from hri_msgs.msg import Expression, IdsList
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, qos_profile_sensor_data

import gaitd_conversion as conversion

# Keeps the newest value for late subscribers, like a retained MQTT message.
LATEST = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
# Most emotions that wait for the executor; beyond it the oldest are dropped.
WAITING = 256

DEFAULTS = {
    "robot": "robot",
    "camera": "",
    "robots_prefix": "robots",
    "humans_topic": "/humans/bodies",
    "body_id_prefix": "gaitd_",
    "publish_tracked": True,
    "zed_topic": "",
    "zed_up": "z",
    "azure_topic": "",
    "azure_up": "-y",
    "image_topic": "",
    "mqtt_host": "localhost",
    "mqtt_port": 1883,
    "mqtt_username": "",
    "mqtt_password_file": "",
    "mqtt_ca_file": "",
    "mqtt_certificate_file": "",
    "mqtt_key_file": "",
}


class Bridge(Node):
    """Subscribes to the configured topics and publishes gaitd's results for this robot's people."""

    def __init__(self):
        super().__init__("gaitd_bridge")
        values = {key: self.declare_parameter(key, value).value for key, value in DEFAULTS.items()}
        self.options = options = types.SimpleNamespace(**values)
        orientation = self.declare_parameter("orientation", [0.0, 0.0, 0.0, 1.0]).value
        self.forms = {
            "zed": conversion.source_form("m", options.zed_up, orientation),
            "azure": conversion.source_form("m", options.azure_up, orientation),
        }
        self.root = f"{options.robots_prefix}/{conversion.name(options.robot, 'robot')}"
        self.source = self.root
        if options.camera:
            self.source += f"/cameras/{conversion.name(options.camera, 'camera')}"
        # One publisher per person in view.
        self.expressions = {}
        self.tracked = self.create_publisher(IdsList, f"{options.humans_topic}/tracked", LATEST)
        self.arrived = collections.deque(maxlen=WAITING)
        # MQTT runs on its own thread; only the executor's thread uses ROS publishers.
        self.wake = self.create_guard_condition(self.take)
        self.subscribe()
        self.client = self.connect()

    def subscribe(self):
        """Subscribes to the configured ROS topics."""
        if not (self.options.zed_topic or self.options.azure_topic or self.options.image_topic):
            self.get_logger().warning("none of zed_topic, azure_topic and image_topic is set: nothing is sent to gaitd")
        if self.options.zed_topic:
            from zed_msgs.msg import ObjectsStamped

            self.listen(ObjectsStamped, self.options.zed_topic, self.take_zed)
        if self.options.azure_topic:
            from visualization_msgs.msg import MarkerArray

            self.listen(MarkerArray, self.options.azure_topic, self.take_azure)
        if self.options.image_topic:
            from sensor_msgs.msg import CompressedImage

            if not self.options.camera:
                raise conversion.InvalidParameter("image_topic needs the parameter camera, which names the images' topic")
            self.listen(CompressedImage, self.options.image_topic, self.take_image)

    def listen(self, kind, topic, callback):
        self.create_subscription(kind, topic, callback, qos_profile_sensor_data)

    def take_zed(self, message):
        self.publish_skeletons(conversion.zed_skeletons(message, self.forms["zed"]))

    def take_azure(self, message):
        self.publish_skeletons(conversion.azure_skeletons(message, self.forms["azure"]))

    def publish_skeletons(self, message):
        if message is not None:
            self.client.publish(f"{self.source}/skeletons", conversion.encoded(message), qos=0)

    def take_image(self, message):
        converted = conversion.frame(message)
        if converted is None:
            self.get_logger().warning(
                f"{self.options.image_topic} has images of format '{message.format}'; gaitd reads only JPEG",
                throttle_duration_sec=60,
            )
            return
        data, user = converted
        properties = Properties(PacketTypes.PUBLISH)
        properties.UserProperty = user
        self.client.publish(f"{self.source}/frame", data, qos=0, properties=properties)

    # MQTT

    def connect(self):
        """Starts the client, which reconnects by itself. Messages published without a connection are dropped."""
        options = self.options
        identifier = f"gaitd-bridge-{options.robot}"
        if hasattr(mqtt, "CallbackAPIVersion"):
            client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, identifier, protocol=mqtt.MQTTv5)
        else:
            client = mqtt.Client(identifier, protocol=mqtt.MQTTv5)
        if options.mqtt_username:
            client.username_pw_set(options.mqtt_username, self.password())
        if options.mqtt_ca_file:
            client.tls_set(
                options.mqtt_ca_file,
                options.mqtt_certificate_file or None,
                options.mqtt_key_file or None,
                tls_version=ssl.PROTOCOL_TLS_CLIENT,
            )
        client.reconnect_delay_set(1, 30)
        client.on_connect = self.connected
        client.on_message = self.received
        client.connect_async(options.mqtt_host, options.mqtt_port, keepalive=15)
        client.loop_start()
        return client

    def password(self):
        if not self.options.mqtt_password_file:
            return None
        with open(self.options.mqtt_password_file, encoding="utf-8") as file:
            return file.read().strip()

    def connected(self, client, _data, _flags, reason, *_):
        broker = f"the broker at {self.options.mqtt_host}:{self.options.mqtt_port}"
        if reason.is_failure if hasattr(reason, "is_failure") else reason != 0:
            self.get_logger().error(f"{broker} refused the connection: {reason}")
            return
        self.get_logger().info(f"connected to {broker}")
        filters = (f"{self.root}/people", f"{self.root}/people/+/emotion")
        client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in filters])

    def received(self, _client, _data, message):
        self.arrived.append((message.topic, bytes(message.payload)))
        self.wake.trigger()

    # ROS

    def take(self):
        """Publishes the messages that have arrived over MQTT."""
        while self.arrived:
            topic, payload = self.arrived.popleft()
            if topic == f"{self.root}/people":
                self.publish_people(payload)
            else:
                self.publish_emotion(topic[len(self.root) :].split("/")[2], payload)

    def publish_people(self, payload):
        people = conversion.people(payload)
        if people is None:
            return
        if self.options.publish_tracked:
            message = IdsList()
            message.header.stamp = self.get_clock().now().to_msg()
            message.ids = [conversion.body_id(person, self.options.body_id_prefix) for person in people]
            self.tracked.publish(message)
        for person in set(self.expressions) - set(people):
            self.destroy_publisher(self.expressions.pop(person))

    def publish_emotion(self, person, payload):
        if not payload:
            # The person has left.
            if person in self.expressions:
                self.destroy_publisher(self.expressions.pop(person))
            return
        fields = conversion.expression(payload)
        if fields is None:
            return
        if person not in self.expressions:
            topic = f"{self.options.humans_topic}/{conversion.body_id(person, self.options.body_id_prefix)}/expression"
            self.expressions[person] = self.create_publisher(Expression, topic, LATEST)
        message = Expression()
        message.header.stamp.sec, message.header.stamp.nanosec = fields["stamp"]
        message.header.frame_id = fields["frame_id"]
        for key in ("expression", "valence", "arousal", "confidence"):
            setattr(message, key, fields[key])
        self.expressions[person].publish(message)

    def stop(self):
        self.client.disconnect()
        self.client.loop_stop()


def main():
    rclpy.init()
    try:
        bridge = Bridge()
    except (conversion.InvalidParameter, OSError, ImportError) as error:
        print(f"gaitd_bridge: {error}", file=sys.stderr)
        return 78
    try:
        rclpy.spin(bridge)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        bridge.stop()
        bridge.destroy_node()
        rclpy.try_shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
