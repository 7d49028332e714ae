"""Starts gaitd and the node that connects a ROS 2 robot to it.

    ros2 launch gaitd.launch.py robot:=r1 zed_topic:=/zed/zed_node/body_trk/skeletons

If gaitd already runs as a service or on another machine, add start_gaitd:=false mqtt_host:=HOST.
Written for ROS 2 Humble and later. Its conversions are tested; the nodes have not been run on ROS.
"""

import pathlib

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, ExecuteProcess
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

BRIDGE = pathlib.Path(__file__).resolve().parent / "ros2" / "gaitd_bridge.py"

# Launch arguments that become parameters of the node: name, default, description.
PARAMETERS = [
    ("robot", "robot", "this robot's name in gaitd's topics"),
    ("camera", "", "name of the camera; required for images"),
    ("zed_topic", "", "topic of zed_msgs/ObjectsStamped with skeletons"),
    ("azure_topic", "", "topic of visualization_msgs/MarkerArray from the Azure Kinect driver"),
    ("image_topic", "", "topic of sensor_msgs/CompressedImage with JPEGs"),
    ("mqtt_host", "localhost", "host of the MQTT broker"),
    ("mqtt_port", "1883", "port of the MQTT broker"),
]


def generate_launch_description():
    arguments = [
        DeclareLaunchArgument(name, default_value=default, description=description)
        for name, default, description in PARAMETERS
    ]
    arguments += [
        DeclareLaunchArgument("start_gaitd", default_value="true", description="whether to start gaitd too"),
        DeclareLaunchArgument("gaitd", default_value="gaitd", description="path of the gaitd program"),
        DeclareLaunchArgument("config", default_value="/etc/gaitd/gaitd.yaml", description="path of its configuration"),
        DeclareLaunchArgument("parameters", default_value=str(BRIDGE.with_name("gaitd_bridge.yaml")),
                              description="file with the node's other parameters"),
    ]
    daemon = ExecuteProcess(
        cmd=[LaunchConfiguration("gaitd"), "--config", LaunchConfiguration("config")],
        additional_env={
            "GAITD_MQTT_HOST": LaunchConfiguration("mqtt_host"),
            "GAITD_MQTT_PORT": LaunchConfiguration("mqtt_port"),
        },
        condition=IfCondition(LaunchConfiguration("start_gaitd")),
        output="screen",
    )
    values = {
        name: ParameterValue(LaunchConfiguration(name), value_type=int if name == "mqtt_port" else str)
        for name, _, _ in PARAMETERS
    }
    bridge = Node(
        executable=str(BRIDGE),
        name="gaitd_bridge",
        parameters=[LaunchConfiguration("parameters"), values],
        output="screen",
    )
    return LaunchDescription([*arguments, daemon, bridge])
