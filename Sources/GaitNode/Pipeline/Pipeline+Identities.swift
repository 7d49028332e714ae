import Gait
import Messaging

/// Who the bodies of a message are.
extension Pipeline {
    /// Fills `identities`, one for each body of the message: by its id, or else by where it is. Bodies that
    /// can be none are rejected and counted before they could be taken for somebody.
    ///
    /// - Parameters:
    ///   - time: The frame's, by the source's clock or by its arrival.
    ///   - arrival: Monotonic seconds.
    func identify(in feed: SkeletonFeed, time: Double, arrival: Double) {
        identities.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        for body in skeletons.bodies {
            guard body.pose.isPlausible else {
                identities.append(nil)
                feed.figures.rejected.count(RejectionReason.implausibleGeometry.rawValue)
                warnOfBody(RejectionReason.implausibleGeometry.rawValue, in: feed, arrival: arrival)
                continue
            }
            identities.append(body.id.map(PersonIdentity.named))
            if let place = placeToFollow(body) { places.append(place) }
        }
        guard skeletons.origin == .world else { return identifyPlaceless(in: feed) }
        guard !places.isEmpty else { return }
        feed.tracker.follow(places, stamp: time, arrival: arrival) { newNumber(in: feed) }
        var next = 0
        for (index, body) in skeletons.bodies.enumerated() where placeToFollow(body) != nil {
            identities[index] = feed.tracker.numbers[next].map(PersonIdentity.tracked)
            if identities[index] == nil { feed.figures.dropped.count("too_many_people") }
            next += 1
        }
    }

    /// A number whose name nobody in view of the robot has from a source of its own.
    func newNumber(in feed: SkeletonFeed) -> Int {
        while true {
            let number = feeds.nextNumber()
            let name = feed.source.person(identifier: PersonIdentity.tracked(number).identifier)
            if feeds.person(robot: feed.source.robot, name: name) == nil { return number }
        }
    }

    /// Where a body is that has to be followed: one of no id, that can be a body and is somewhere.
    private func placeToFollow(_ body: SkeletonMessage.Body) -> SIMD2<Float>? {
        guard body.id == nil, body.pose.isPlausible else { return nil }
        return body.pose.place
    }

    /// The one body without an id of a source that gives no places is always the same person; several were
    /// rejected by the decoder.
    private func identifyPlaceless(in feed: SkeletonFeed) {
        guard let index = skeletons.bodies.indices.first, skeletons.bodies[index].id == nil,
            skeletons.bodies[index].pose.isPlausible
        else { return }
        let number = feed.placeless ?? newNumber(in: feed)
        feed.placeless = number
        identities[index] = .tracked(number)
    }
}
