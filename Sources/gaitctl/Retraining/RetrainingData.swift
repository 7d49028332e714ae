import GaitModels
import Storage

/// The gaits of a store as a training takes them, by the classes of the model that it begins from.
struct RetrainingData {
    /// The model's classes, and after them the store's own of which there are gaits enough to judge by.
    let labels: [String]
    /// Real gaits that are trained on; their groups are the subjects.
    let training: [TrainingGait]
    /// Synthetic gaits that are trained on too.
    let synthetic: [TrainingGait]
    /// Real gaits of other subjects, by which models are compared.
    let heldOut: [TrainingGait]
    /// The numbers of all gaits that are trained on, ascending.
    let ids: [Int64]
    /// Labels whose gaits are left out, and how many these are.
    let leftOut: [String: Int]

    /// - Parameters:
    ///   - gaits: all of the store.
    ///   - known: the model's classes.
    ///   - least: how many held-out gaits a new class needs.
    init(_ gaits: [StoredGait], known: [String], least: Int) {
        let real = gaits.filter { !$0.isSynthetic }
        let judged = Dictionary(grouping: real.filter { $0.split == .heldOut }, by: \.label).mapValues(
            \.count)
        let new = Set(real.map(\.label)).subtracting(known).filter { judged[$0, default: 0] >= least }
        let labels = known + new.sorted()
        let index = Dictionary(zip(labels, labels.indices)) { first, _ in first }
        func taken(_ gaits: [StoredGait]) -> [TrainingGait] {
            gaits.compactMap { stored in
                index[stored.label].map {
                    TrainingGait(key: "\(stored.id)", gait: stored.gait, label: $0, group: stored.subject)
                }
            }
        }
        self.labels = labels
        training = taken(real.filter { $0.split == .train })
        synthetic = taken(gaits.filter(\.isSynthetic))
        heldOut = taken(real.filter { $0.split == .heldOut })
        ids = gaits.filter { $0.split == .train && index[$0.label] != nil }.map(\.id)
        leftOut = Dictionary(grouping: gaits.filter { index[$0.label] == nil }, by: \.label).mapValues(
            \.count)
    }

    /// - Throws: `CommandFailure.failure` naming a class of which there are too few gaits to train on.
    func checkTraining(least: Int) throws(CommandFailure) {
        var counts = [Int](repeating: 0, count: labels.count)
        for gait in training { counts[gait.label] += 1 }
        let few = labels.indices.filter { counts[$0] < least }.map { "\(labels[$0]) \(counts[$0])" }
        guard few.isEmpty else {
            throw .failure(
                "too few gaits to train on: \(few.joined(separator: ", ")); at least \(least) of every class are needed"
            )
        }
    }
}
