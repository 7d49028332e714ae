import Foundation
import GaitModels

/// The figures of a classifier that reads people through a camera.
struct CameraEvaluationReport: Encodable {
    /// How far camera and skeleton lead to the same label.
    struct Agreement: Encodable {
        /// Windows, or people.
        let count: Int
        /// The share with the same label; nil where there are none.
        let agreement: Double?
        /// Cohen's kappa; nil where one label is all that is read.
        let kappa: Double?
        /// `[from the skeleton][through the camera]`, in the order of the labels.
        let table: [[Int]]

        init(_ agreement: LabelAgreement) {
            count = agreement.count
            self.agreement = agreement.agreement
            kappa = agreement.kappa
            table = agreement.table
        }

        var text: String {
            func number(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "-" }
            return "agreement \(number(agreement)), kappa \(number(kappa))"
        }
    }

    /// How many windows are taken for walks.
    struct Walking: Encodable {
        var windows = 0
        /// By the skeletons, and by the camera.
        var skeleton = 0
        var camera = 0
    }

    /// The windows of people seen from one side.
    struct Side: Encodable {
        /// Degrees.
        let side: Float
        let windows: Int
        /// Those that both sources take for walks, and the share of them with the same label.
        let read: Int
        let agreement: Double?
        /// How far the legs swing, as shares of their length; see `WalkDetector`.
        let skeletonSwing: Double
        let cameraSwing: Double

        enum CodingKeys: String, CodingKey {
            case side, windows, read, agreement
            case skeletonSwing = "skeleton_leg_swing"
            case cameraSwing = "camera_leg_swing"
        }

        var text: String {
            let share = agreement.map { String(format: "%.2f", $0) } ?? "-"
            return String(
                format:
                    "from %3.0f°: %d of %d windows read, agreement %@, leg swing %.2f (skeleton) %.2f (camera)",
                side, read, windows, share, skeletonSwing, cameraSwing)
        }
    }

    /// One affective feature over all windows.
    struct Feature: Encodable {
        let name: String
        /// The means.
        let skeleton: Double
        let camera: Double
        /// The standard deviation of the skeletons'.
        let deviation: Double
        let correlation: Double
    }

    let model: String
    let labels: [String]
    let people: Int
    /// People with no whole window.
    let unseen: Int
    /// People who were given more than one number.
    let renamed: Int
    /// The mean share of the frames in which somebody was found.
    let found: Double
    /// Of those who walk, and of those who stand.
    let walking: Walking
    let standing: Walking
    let windows: Agreement
    /// Of each person's mean probabilities.
    let perPerson: Agreement
    /// The shares of the windows that are read as the person walks.
    let skeletonAccuracy: Double
    let cameraAccuracy: Double
    let sides: [Side]
    let features: [Feature]

    enum CodingKeys: String, CodingKey {
        case model, labels, people, unseen, renamed, found, walking, standing, windows, sides, features
        case perPerson = "per_person"
        case skeletonAccuracy = "skeleton_accuracy"
        case cameraAccuracy = "camera_accuracy"
    }

    var text: String {
        let columns = TextColumns(widths: [26] + labels.map { max($0.count + 2, 6) })
        var lines = [columns.line(["skeleton \\ camera"] + labels)]
        for (label, row) in zip(labels, windows.table) {
            lines.append(columns.line([label] + row.map(String.init)))
        }
        lines += sides.map(\.text)
        lines.append(
            "taken for walks: of \(walking.windows) windows of walkers \(walking.skeleton) by the skeletons, "
                + "\(walking.camera) by the camera; of \(standing.windows) of people who stand "
                + "\(standing.skeleton) and \(standing.camera)")
        lines.append(
            String(
                format: "read as walked: from the skeleton %.2f, through the camera %.2f", skeletonAccuracy,
                cameraAccuracy))
        lines.append(
            "\(people) people, \(unseen) without a window, \(renamed) with several numbers, found in "
                + String(format: "%.1f %% of the frames", found * 100))
        lines.append("\(perPerson.count) people: \(perPerson.text)")
        lines.append("\(windows.count) windows: \(windows.text)")
        return lines.joined(separator: "\n")
    }
}
