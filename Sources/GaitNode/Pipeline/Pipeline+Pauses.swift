import Messaging

/// People who are not to be read.
extension Pipeline {
    /// Acts by what was paused or resumed since the last call, if anything: those who are paused now leave, with their
    /// emotions and what was kept of them for labels.
    func servePauses() {
        guard optOuts.changeCount != servedPauses else { return }
        let (pauses, change) = optOuts.current()
        paused = pauses
        servedPauses = change
        for feed in feeds.feeds { dismissPaused(of: feed) }
        history.withLock { $0.forget { pauses.cover(robot: $0, person: $1) } }
        optOuts.noteApplied(change)
    }

    private func dismissPaused(of feed: SkeletonFeed) {
        let robot = feed.source.robot
        let leaving = feed.people.filter { paused.cover(robot: robot, person: $0.value.name) }
        guard !leaving.isEmpty else { return }
        for (identity, person) in leaving {
            // A tracker goes on following: who left it would be somebody else, by another name, a frame later.
            feed.people[identity] = nil
            person.isPresent = false
            endStay(of: person)
            if person.hasRetainedEmotion { publisher.clear(person.topic) }
        }
        publishPeople(ofRobot: robot)
    }
}
