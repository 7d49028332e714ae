import Datasets
import Gait

/// Gaits that one process reads and another one uses: the coordinates travel as plain numbers, the rest as JSON.
protocol DatasetTransfer: Sendable {
    /// Everything but the coordinates.
    associatedtype Header: Codable

    var header: Header { get }
    /// Of each gait, in the header's order.
    var coordinates: [[Float]] { get }

    /// - Returns: nil where the two do not belong together.
    init?(header: Header, coordinates: [[Float]])
}

extension GaitDataset: DatasetTransfer {
    struct Header: Codable {
        let labelNames: [String]
        let gaits: [Entry]

        struct Entry: Codable {
            let key: String
            let label: Int
            let sourceFile: String
            let actor: String?
            let attributes: [String: String]
        }
    }

    var header: Header {
        Header(
            labelNames: labelNames,
            gaits: gaits.map { gait in
                Header.Entry(
                    key: gait.key, label: gait.label, sourceFile: gait.sourceFile, actor: gait.actor,
                    attributes: gait.attributes)
            })
    }

    var coordinates: [[Float]] { gaits.map(\.gait.coordinates) }

    init?(header: Header, coordinates: [[Float]]) {
        guard header.gaits.count == coordinates.count else { return nil }
        var gaits: [LabelledGait] = []
        for (entry, numbers) in zip(header.gaits, coordinates) {
            guard let gait = try? Gait(coordinates: numbers), header.labelNames.indices.contains(entry.label)
            else { return nil }
            gaits.append(
                LabelledGait(
                    key: entry.key, gait: gait, label: entry.label, sourceFile: entry.sourceFile,
                    actor: entry.actor, attributes: entry.attributes))
        }
        self.init(labelNames: header.labelNames, gaits: gaits)
    }
}

extension DatasetSurvey: DatasetTransfer {
    /// The survey with gaits that have no coordinates.
    typealias Header = DatasetSurvey

    var header: DatasetSurvey {
        var header = self
        for part in parts.indices {
            for gait in parts[part].gaits.indices { header.parts[part].gaits[gait].coordinates = [] }
        }
        return header
    }

    var coordinates: [[Float]] { parts.flatMap { $0.gaits.map(\.coordinates) } }

    init?(header: DatasetSurvey, coordinates: [[Float]]) {
        guard header.parts.reduce(0, { $0 + $1.gaits.count }) == coordinates.count else { return nil }
        self = header
        var place = 0
        for part in parts.indices {
            for gait in parts[part].gaits.indices {
                guard coordinates[place].count.isMultiple(of: Gait.valuesPerFrame) else { return nil }
                parts[part].gaits[gait].coordinates = coordinates[place]
                place += 1
            }
        }
    }
}
