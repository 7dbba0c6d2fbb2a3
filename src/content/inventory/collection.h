#pragma once
// What the parts of `create` add files to, and the carrying over of unchanged files.

#include <mutex>
#include <set>

#include "content/inventory/create.h"
#include "content/inventory/read_file.h"

namespace prova {

/// Files and complaints of an inventory in the making. `add` and `complain` are thread safe.
class Collection {
 public:
  Collection(const CreateOptions& options, const InventoryKey& key, const ContentProgress& progress)
      : options_(options), settings_(key.derived(), options.marks), progress_(progress) {}

  [[nodiscard]] const CreateOptions& options() const { return options_; }
  [[nodiscard]] const FingerprintSettings& settings() const { return settings_; }
  [[nodiscard]] bool stop() const { return progress_.stop(); }

  /// The ordinal of the system `name` with this root; a new one unless both are known.
  [[nodiscard]] std::uint16_t system(const std::string& name, const std::string& root);
  void add(InventoriedFile file);
  void complain(std::string path, std::string reason);
  /// Adds the file as the earlier inventory has it, if it has not changed since by what stat(2) says. False otherwise.
  [[nodiscard]] bool carry_over(std::uint16_t system, const std::string& path, const struct stat& info);

  /// Hands everything over. REQUIRES: no other thread adds any more.
  [[nodiscard]] InventoryContent finish();
  [[nodiscard]] std::uint64_t carried_over() const { return carried_over_; }

 private:
  /// Chunks, text and members of carried files: those sections are sorted by key, so one pass serves all files.
  void carry_marks();

  const CreateOptions& options_;
  FingerprintSettings settings_;
  const ContentProgress& progress_;
  std::mutex mutex_;
  InventoryContent content_;
  std::uint64_t bytes_ = 0, carried_over_ = 0;
  std::vector<std::pair<std::uint32_t, std::size_t>> carried_;  ///< (file of `since`, place in content_.files).
};

/// The directory `root`, in parallel. `prefix` is put before each path.
[[nodiscard]] Status collect_directory(const std::filesystem::path& root, const std::string& prefix, std::uint16_t system, Collection& into);
/// One file of the machine we run on, under the name `path`.
void collect_file(const std::filesystem::path& file, const std::string& path, std::uint16_t system, Collection& into);
/// The file systems of a disk image. Returns how many there were.
[[nodiscard]] Result<std::size_t> collect_image(const std::filesystem::path& image, const std::string& system_name, Collection& into);
/// A tar stream on the given descriptor.
[[nodiscard]] Status collect_archive(int descriptor, std::uint16_t system, Collection& into);

}  // namespace prova
