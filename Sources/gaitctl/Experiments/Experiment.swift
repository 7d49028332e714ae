/// One recipe to be measured: a set, and the arguments of `gaitctl train` that make the recipe.
struct Experiment {
    /// What the page calls it; unique within its question.
    let name: String
    /// The data set's folder name.
    let dataset: String
    /// What `gaitctl train` is given beside the data set, the folds and the seed. A word that begins with `@` is the
    /// name of a data set, whose folder is put there.
    let arguments: [String]

    init(_ name: String, _ dataset: String, _ arguments: String = "") {
        self.name = name
        self.dataset = dataset
        self.arguments = arguments.split(separator: " ").map(String.init)
    }
}

/// Something that one wants to know, and the experiments that tell.
struct ExperimentQuestion {
    let title: String
    let seeds: [UInt64]
    let experiments: [Experiment]
}
