/// The points of the detector's input from which its outputs are measured (MediaPipe, pose_detection_cpu.pbtxt, options
/// of SsdAnchorsCalculator): the middles of the cells of three grids.
enum DetectorAnchors {
    /// Pixels along a side of the detector's input.
    static let inputSize = 224
    /// The cells' sizes in pixels, and how many anchors each cell has: two for every layer of that size, the layers
    /// being 8, 16, 32, 32, 32.
    private static let grids = [(cell: 8, anchors: 2), (cell: 16, anchors: 2), (cell: 32, anchors: 6)]

    /// How many there are.
    static let count = 2254

    /// All of them in the order of the outputs, as parts of the input's side.
    static let points: [SIMD2<Float>] = {
        var points: [SIMD2<Float>] = []
        points.reserveCapacity(count)
        for grid in grids {
            let cells = inputSize / grid.cell
            for row in 0..<cells {
                for column in 0..<cells {
                    let middle = (SIMD2(Float(column), Float(row)) + 0.5) / Float(cells)
                    for _ in 0..<grid.anchors { points.append(middle) }
                }
            }
        }
        return points
    }()
}
