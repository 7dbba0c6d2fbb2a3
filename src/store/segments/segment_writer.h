#pragma once
// Writes the parts of a segment in their order. Building from samples and merging segments both end here.

#include <span>

#include "store/segments/block_writer.h"
#include "store/segments/classed_print.h"
#include "store/segments/print_places.h"
#include "store/segments/sample_codec.h"

namespace prova {

/// One function that holds a feature.
struct Posting {
  std::uint32_t function = 0;
  std::uint32_t lists = 0;  ///< kInOwn, kInWithCallees or kInBoth.
  friend bool operator==(const Posting&, const Posting&) = default;
};

/// One function's exact hash, by which it is found.
struct ExactEntry {
  std::uint32_t hash_high = 0;  ///< Upper half; the whole hash is in the function's print.
  std::uint32_t function = 0;
  friend auto operator<=>(const ExactEntry&, const ExactEntry&) = default;
};

/// What the catalogue keeps of a finished segment.
struct SegmentFile {
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;  ///< Of the footer, and so of everything.
  std::uint32_t samples = 0, functions = 0;
};

/// REQUIRED order of calls: add_key (ascending keys), add_print (one per function), add_exact (ascending), add_sample,
/// finish. Memory: 12 bytes per 32 keys, 4 bytes per key that 16 functions hold, 4 bytes per function, 24 MB for PrintPlaces.
class SegmentWriter {
 public:
  /// Errors: kIo.
  [[nodiscard]] static Result<SegmentWriter> create(const std::filesystem::path& path);

  /// A key and the functions that hold it: ascending, not empty. Returns what prints call the key.
  KeyCode add_key(std::uint32_t key, std::span<const Posting> postings);
  /// `print` has ascending KeyCodes as `ordinals`.
  void add_print(const Print& print);
  void add_exact(ExactEntry entry);
  /// `functions` is how many of the functions added above belong to the sample, in order.
  void add_sample(std::string_view stored, SampleEntry entry, std::uint32_t functions);
  /// Errors: kIo; kLimit (fingerprints of 4 GiB or more; more than kMaxSegmentKeys keys).
  [[nodiscard]] Result<SegmentFile> finish() &&;

 private:
  explicit SegmentWriter(BlockWriter file);
  /// Ends every part up to but not including `part`.
  void begin(SegmentPart part);
  void write_tables(SegmentPart finished);
  void flush_group();

  BlockWriter file_;
  SegmentLayout layout_;
  SegmentPart part_ = SegmentPart::kGroups;
  std::uint32_t group_size_ = 0, last_key_ = 0;
  std::string group_head_, group_body_;
  std::string group_keys_, group_offsets_, print_offsets_, sample_directory_;
  std::array<std::string, kKeyClasses> frequent_keys_;  ///< By class; none of class 0.
  PrintPlaces print_places_;
  std::uint64_t print_bytes_ = 0;
  std::uint32_t first_function_ = 0;
  std::string scratch_;
  std::vector<std::uint32_t> gaps_;
};

}  // namespace prova
