import Gait
import Messaging

/// From the people in a camera's frame to the emotions that these complete.
extension Pipeline {
    /// Takes in the people of one frame.
    func receive(_ poses: CameraPoses) {
        messages += 1
        guard let feed = feeds.feed(topic: poses.topic, camera: poses.source, at: poses.arrival) else {
            feeds.unlisted.noteArrival(at: poses.arrival)
            return feeds.unlisted.dropped.count("too_many_sources")
        }
        feed.figures.noteArrival(at: poses.arrival)
        feed.frameIdentifier = poses.frameIdentifier
        if poses.beginsAnew { feed.cameraNumbers.removeAll(keepingCapacity: true) }
        for body in poses.bodies {
            guard body.pose.isPlausible else {
                feed.figures.rejected.count(RejectionReason.implausibleGeometry.rawValue)
                continue
            }
            let identity = PersonIdentity.tracked(number(of: body, in: feed))
            guard let person = person(identity, in: feed, stamp: poses.stamp, arrival: poses.arrival) else {
                continue
            }
            take(body.pose, of: person, in: feed, stamp: poses.stamp, arrival: poses.arrival)
        }
        let isFirst = !feed.wasEverValid
        feed.wasEverValid = true
        // The broker may retain a list of an earlier run.
        if isFirst, feed.people.isEmpty { publishPeople(ofRobot: feed.source.robot) }
    }

    /// The node's own number of a body, which no other person of the run has.
    private func number(of body: CameraPoses.Body, in feed: SkeletonFeed) -> Int {
        if let number = feed.cameraNumbers[body.number] { return number }
        // Those who have left are forgotten; a tracker gives no number twice.
        feed.cameraNumbers = feed.cameraNumbers.filter { feed.people[.tracked($0.value)] != nil }
        let number = newNumber(in: feed)
        feed.cameraNumbers[body.number] = number
        return number
    }
}
