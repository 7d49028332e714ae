@preconcurrency import CHDF5
import Testing

@testable import Datasets

/// An HDF5 file written for a test, in shapes and types that the data sets' own writer never produces.
struct HDF5Fixture {
    private let file: HDF5File

    /// A new file at the path.
    init(_ path: String) throws { file = try #require(HDF5File(creating: path)) }

    /// The label names as the attribute that the form asks for.
    func names(_ names: String) { #expect(file.write(attribute: "label_names", text: names)) }

    /// The label names as an attribute of fixed length, padded with spaces.
    func fixedLengthNames(_ names: String) throws {
        let type = try opened(H5Tcopy(H5T_C_S1_g), H5Tclose)
        let space = try opened(H5Screate(H5S_SCALAR), H5Sclose)
        let bytes = Array(names.utf8) + [0x20, 0x20]
        #expect(H5Tset_size(type.identifier, bytes.count) >= 0)
        #expect(H5Tset_strpad(type.identifier, H5T_STR_SPACEPAD) >= 0)
        let attribute = try opened(
            H5Acreate2(file.identifier, "label_names", type.identifier, space.identifier, 0, 0), H5Aclose)
        #expect(H5Awrite(attribute.identifier, type.identifier, bytes) >= 0)
    }

    /// A data set of doubles: 0, 0.5, 1, 1.5 … from `first` on.
    func doubles(_ shape: [Int], first: Double = 0, key: String) throws {
        let values = (0..<shape.reduce(1, *)).map { first + Double($0 % 64) / 2 }
        try write(values, shape: shape, type: H5T_NATIVE_DOUBLE_g, key: key)
    }

    /// A data set of doubles that gzip has compressed.
    func compressedDoubles(_ shape: [Int], key: String) throws {
        let properties = try opened(H5Pcreate(H5P_CLS_DATASET_CREATE_ID_g), H5Pclose)
        let extents = shape.map { hsize_t($0) }
        #expect(H5Pset_chunk(properties.identifier, Int32(shape.count), extents) >= 0)
        #expect(H5Pset_deflate(properties.identifier, 6) >= 0)
        let values = [Double](repeating: 0.5, count: shape.reduce(1, *))
        try create(shape: shape, type: H5T_NATIVE_DOUBLE_g, key: key, properties: properties.identifier) {
            H5Dwrite($0, H5T_NATIVE_DOUBLE_g, 0, 0, 0, values)
        }
    }

    /// A data set of whole numbers of 32 bits.
    func integers(_ shape: [Int], key: String) throws {
        let values = [Int32](repeating: 0, count: shape.reduce(1, *))
        try write(values, shape: shape, type: H5T_NATIVE_INT32_g, key: key)
    }

    /// A data set that declares its extent without holding any value.
    func hollow(_ shape: [Int], key: String) throws {
        try create(shape: shape, type: H5T_NATIVE_DOUBLE_g, key: key) { _ in 0 }
    }

    /// A group where a data set should be.
    func group(_ key: String) throws { _ = try opened(H5Gcreate2(file.identifier, key, 0, 0, 0), H5Gclose) }

    private func write<Value: BitwiseCopyable>(_ values: [Value], shape: [Int], type: hid_t, key: String)
        throws
    {
        try create(shape: shape, type: type, key: key) { dataset in
            H5Dwrite(dataset, type, 0, 0, 0, values)
        }
    }

    private func create(
        shape: [Int], type: hid_t, key: String, properties: hid_t = 0, write: (hid_t) -> herr_t
    ) throws {
        let extents = shape.map { hsize_t($0) }
        let space = try opened(
            shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), extents, nil),
            H5Sclose)
        let dataset = try opened(
            H5Dcreate2(file.identifier, key, type, space.identifier, 0, properties, 0), H5Dclose)
        #expect(write(dataset.identifier) >= 0)
    }

    /// `#require` cannot hold a non-copyable value.
    private func opened(_ identifier: hid_t, _ close: @escaping (hid_t) -> herr_t) throws -> HDF5Handle {
        try #require(identifier >= 0)
        guard let handle = HDF5Handle(identifier, close: close) else { fatalError("just checked") }
        return handle
    }
}
