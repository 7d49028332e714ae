/// Gaits with other labels that a network learns to tell apart before it learns its own task.
///
/// Few recordings carry emotions, many carry acted styles; what tells styles apart, how limbs swing and how a body
/// is held, is what emotions are read from. Only the layer to the classes begins anew afterwards.
package struct Pretraining: Sendable {
    /// The classes, such as `walk7/active`.
    package let labels: [String]
    package let gaits: [TrainingGait]
    /// How often each of its gaits is seen.
    package let epochs: Int

    package init(labels: [String], gaits: [TrainingGait], epochs: Int) {
        (self.labels, self.gaits, self.epochs) = (labels, gaits, epochs)
    }

    /// The rest once some recordings are left out, because data sets share recordings: nothing may be learnt from
    /// what is validated or tested on. Classes that are left without a gait go too.
    package func without(recordings: Set<String>) -> Pretraining {
        let rest = gaits.filter { !recordings.contains($0.recording) }
        let present = Set(rest.map(\.label)).sorted()
        let place = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
        return Pretraining(
            labels: present.map { labels[$0] },
            gaits: rest.map { gait in gait.labelled(place[gait.label] ?? 0) }, epochs: epochs)
    }
}
