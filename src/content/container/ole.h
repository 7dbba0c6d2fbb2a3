#pragma once
// Compound files ([MS-CFB], "OLE2"): storages and streams, read by libgsf. Runs in the extraction child.

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "content/container/budget.h"

namespace prova {

/// A storage, a directory inside the file. Views the bytes of the file, which must outlive it.
class OleStorage {
 public:
  /// Opens the root. Errors: kMalformed.
  [[nodiscard]] static Result<OleStorage> open(ByteView file);
  OleStorage(OleStorage&&) noexcept;
  OleStorage& operator=(OleStorage&&) noexcept;
  ~OleStorage();

  /// Names of its streams and storages, at most kMaxOleEntries, in the file's order.
  [[nodiscard]] std::vector<std::string> names() const;
  /// The content of a stream; empty when there is none of that name, it is larger than the file or the budget allows, or it breaks off.
  [[nodiscard]] std::string stream(const std::string& name, const ExtractionBudget& budget) const;
  [[nodiscard]] bool has(const std::string& name) const;
  /// A storage inside. Errors: kNotFound.
  [[nodiscard]] Result<OleStorage> storage(const std::string& name) const;

 private:
  struct Handle;
  OleStorage(std::unique_ptr<Handle> handle, std::size_t file_bytes);
  std::unique_ptr<Handle> handle_;
  std::size_t file_bytes_;
};

/// A mail with a thousand attachments has as many storages; the directory of a hostile file is as long as the file.
constexpr std::size_t kMaxOleEntries = 10'000;

}  // namespace prova
