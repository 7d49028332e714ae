package import Gait

/// A stored gait as a retraining takes it.
package struct RetrainingGait: Sendable {
    /// The store's number.
    package let id: Int64
    package let gait: Gait
    /// The name of its class.
    package let label: String
    package let subject: String
    /// Whether models are compared on it; otherwise it is trained on.
    package let isHeldOut: Bool
    package let isSynthetic: Bool
    /// Whether it is what a lifter drew of a person in pictures.
    package let isLifted: Bool

    package init(
        id: Int64, gait: Gait, label: String, subject: String, isHeldOut: Bool, isSynthetic: Bool,
        isLifted: Bool = false
    ) {
        (self.id, self.gait, self.label, self.subject) = (id, gait, label, subject)
        (self.isHeldOut, self.isSynthetic, self.isLifted) = (isHeldOut, isSynthetic, isLifted)
    }
}

/// The gaits of a store by the classes of the model that a retraining starts from.
struct RetrainingData {
    /// The model's classes, followed by new ones with enough gaits for an evaluation.
    let labels: [String]
    /// Real gaits to train on; their groups are the subjects.
    let training: [TrainingGait]
    /// Synthetic gaits to train on as well.
    let synthetic: [TrainingGait]
    /// Real gaits of other subjects, which compare the models.
    let heldOut: [TrainingGait]
    /// The numbers of all gaits to train on, ascending.
    let ids: [Int64]

    /// - Parameters:
    ///   - gaits: all gaits of the store.
    ///   - known: the model's classes.
    ///   - least: how many held-out gaits a new class needs.
    init(_ gaits: [RetrainingGait], known: [String], least: Int) {
        let real = gaits.filter { !$0.isSynthetic }
        let judged = Dictionary(grouping: real.filter(\.isHeldOut), by: \.label).mapValues(\.count)
        let new = Set(real.map(\.label)).subtracting(known).filter { judged[$0, default: 0] >= least }
        let labels = known + new.sorted()
        let index = Dictionary(zip(labels, labels.indices)) { first, _ in first }
        func taken(_ gaits: [RetrainingGait]) -> [TrainingGait] {
            gaits.compactMap { stored in
                index[stored.label].map {
                    TrainingGait(
                        key: "\(stored.id)", gait: stored.gait, label: $0, group: stored.subject,
                        isLifted: stored.isLifted)
                }
            }
        }
        self.labels = labels
        training = taken(real.filter { !$0.isHeldOut })
        synthetic = taken(gaits.filter(\.isSynthetic))
        heldOut = taken(real.filter(\.isHeldOut))
        ids = gaits.filter { ($0.isSynthetic || !$0.isHeldOut) && index[$0.label] != nil }.map(\.id)
    }

    /// - Throws: ``ModelError/training(_:)`` with the classes that have too few gaits to train on.
    func checkTraining(least: Int) throws(ModelError) {
        var counts = [Int](repeating: 0, count: labels.count)
        for gait in training { counts[gait.label] += 1 }
        let few = labels.indices.filter { counts[$0] < least }.map { "\(labels[$0]) \(counts[$0])" }
        guard few.isEmpty else {
            throw .training(
                "too few gaits for training: \(few.joined(separator: ", ")); at least \(least) of every class are needed"
            )
        }
    }
}
