#pragma once
// Picks the implementation of FingerprintStore from a URL. No other file outside store/ and the tests names one.

#include <memory>
#include <string_view>

#include "kinship/fingerprint_store.h"

namespace prova {

enum class OpenMode {
  kRead,   ///< The store must exist; nothing is written. Any number of readers, also while somebody writes.
  kWrite,  ///< Made when it is not there. Holds the writer's lock until the store is destroyed.
};

/// Opens the store at `url`:
///   a directory path   embedded store, see docs/formats/catalogue.md
///   memory:            empty, and gone with the object
///   postgresql://...   comes with a later version
/// Errors: kNotFound (kRead: no index there); kStore (damaged, of another fingerprint scheme or a newer version, or,
/// for kWrite, held by another writer: who); kIo; kUnsupported; kUsage (another URL scheme; kWrite: a directory
/// with something else in it).
[[nodiscard]] Result<std::unique_ptr<FingerprintStore>> open_store(std::string_view url, OpenMode mode);

}  // namespace prova
