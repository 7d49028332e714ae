package import Gait

/// One person as seen in one frame.
package struct TrackedBody: Sendable {
    /// The person's number: the same from frame to frame, and never given twice by one tracker.
    package let number: Int
    /// Where the body is, in pixels of the frame as sent, whatever the image was reduced by.
    package let landmarks: BodyLandmarks
    /// The 16 joints relative to the root, metres, in the camera's directions with y up; filtered over time.
    package let pose: Pose
}
