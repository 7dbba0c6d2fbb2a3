#include "store/segments/verify_segment.h"

#include <fmt/format.h>

#include <algorithm>

namespace prova {
namespace {

/// What postings and prints both say, in a form in which they can be compared without holding either: the sum of the
/// hashes of all (code, function, lists), modulo 2^64.
struct Agreement {
  std::uint64_t sum = 0, count = 0;
  void add(KeyCode code, std::uint32_t function, std::uint32_t lists) {
    sum += mix(std::uint64_t{code} << 32 | function, lists);
    ++count;
  }
  friend bool operator==(const Agreement&, const Agreement&) = default;
};

class Verification {
 public:
  explicit Verification(const Segment& segment) : segment_(segment) {}

  std::vector<std::string> run() && {
    check_blocks();
    if (!problems_.empty()) return std::move(problems_);  // What else is wrong would only follow from this.
    note(check_keys());
    note(check_prints());
    note(check_exact());
    if (problems_.empty() && !(from_postings_ == from_prints_)) problem("postings and fingerprints differ", 0);
    check_samples();
    return std::move(problems_);
  }

 private:
  void check_blocks() {
    for (std::uint64_t block = 0; block < segment_.layout().blocks(); ++block) {
      if (!segment_.file().block_matches(block)) {
        problem("checksum of the block differs from its content", block * kBlockBytes);
      }
    }
  }

  Status check_keys() {
    std::uint64_t least = 0;  // The smallest key that may come next.
    for (std::uint32_t g = 0; g < segment_.layout().groups(); ++g) {
      PROVA_TRY(group, segment_.group(g));
      for (std::uint32_t n = segment_.keys_in_group(g); n > 0; --n) {
        if (!group.next() || group.key() < least) return group_error(g, "are not ascending");
        least = group.key() + 1ULL;
        PROVA_TRY(code, next_code(group));
        PROVA_TRY(segment_.for_each_posting(group.place(), [&](std::uint32_t function, std::uint32_t lists) {
          from_postings_.add(code, function, lists);
          return true;
        }));
      }
      if (!group.complete()) return group_error(g, "do not fill it");
    }
    for (std::size_t c = 1; c < kKeyClasses; ++c) {
      if (passed_[c] != segment_.layout().classes[c]) {
        problem(fmt::format("class {} has {} keys, the footer says {}", c, passed_[c], segment_.layout().classes[c]), 0);
      }
    }
    if (from_postings_.count != segment_.layout().postings) {
      problem(fmt::format("{} postings, the footer says {}", from_postings_.count, segment_.layout().postings), 0);
    }
    return {};
  }

  /// The code of the group's key: the next number of its class, whose table must say the same.
  Result<KeyCode> next_code(const GroupReader& group) {
    const std::size_t c = key_class(group.place().count);
    if (c == 0) return KeyCode{group.place().ordinal};
    const std::uint32_t number = passed_[c]++;
    const std::uint64_t offset = (segment_.layout().frequent_keys(c) + number) * 4;
    if (number < segment_.layout().classes[c]) {
      PROVA_TRY(listed, segment_.frequent_key(c, number));
      if (listed == group.key()) return key_code(c, number);
    }
    return segment_.file().error_at(SegmentPart::kFrequentKeys, offset, 4,
                                    fmt::format("class {} does not list key {} as number {}", c, group.key(), number));
  }

  tl::unexpected<Error> group_error(std::uint32_t group, std::string_view what) const {
    return segment_.file().error_at(SegmentPart::kGroupOffsets, group * 8ULL, 16,
                                    fmt::format("keys of group {} {}", group, what));
  }

  Status check_prints() {
    Print print;
    for (std::uint32_t f = 0; f < segment_.functions(); ++f) {
      PROVA_TRY(check_place(f));
      PROVA_TRY(segment_.read_print(f, print));
      if (print.exact != 0) ++exact_hashes_;
      for (std::size_t i = 0; i < print.ordinals.size(); ++i) from_prints_.add(print.ordinals[i], f, print.lists[i]);
    }
    if (prints_end_ != segment_.layout()[SegmentPart::kPrints].size) {
      problem(fmt::format("fingerprints end at {} of {}", prints_end_, segment_.layout()[SegmentPart::kPrints].size),
              segment_.layout()[SegmentPart::kPrints].offset);
    }
    return {};
  }

  /// A print lies where the one before it ended, or where an earlier one lies.
  Status check_place(std::uint32_t function) {
    PROVA_TRY(place, segment_.print_place(function));
    PROVA_TRY(bytes, segment_.print_bytes(function));
    if (place == prints_end_) {
      print_places_.push_back(place);
      prints_end_ += bytes.size();
      return {};
    }
    if (std::binary_search(print_places_.begin(), print_places_.end(), place)) return {};
    return segment_.file().error_at(SegmentPart::kPrintOffsets, function * 4ULL, 4,
                                    fmt::format("fingerprint of function {} lies at {}, where none begins", function, place));
  }

  Status check_exact() {
    if (segment_.exact_entries() != exact_hashes_) {
      problem(fmt::format("{} exact hashes can be found, {} functions have one", segment_.exact_entries(), exact_hashes_),
              segment_.layout()[SegmentPart::kExact].offset);
    }
    ExactEntry previous;
    Print print;
    for (std::uint64_t i = 0; i < segment_.exact_entries(); ++i) {
      PROVA_TRY(entry, segment_.exact_entry(i));
      PROVA_TRY(segment_.read_print(entry.function, print));
      if ((i > 0 && !(previous < entry)) || print.exact == 0 || print.exact >> 32 != entry.hash_high) {
        return segment_.file().error_at(SegmentPart::kExact, i * 8, 8,
                                        fmt::format("exact hash {} is out of order or not its function's", i));
      }
      previous = entry;
    }
    return {};
  }

  void check_samples() {
    for (std::uint32_t position = 0; position < segment_.samples(); ++position) {
      if (auto sample = segment_.read_sample_block(position); !sample) note(tl::unexpected<Error>(sample.error()));
    }
  }

  void note(const Status& status) {
    if (!status && problems_.size() < kMaxSegmentProblems) problems_.push_back(to_string(status.error()));
  }
  void problem(std::string message, std::uint64_t offset) { note(segment_.file().error(std::move(message), offset)); }

  const Segment& segment_;
  std::vector<std::string> problems_;
  Agreement from_postings_, from_prints_;
  std::uint64_t exact_hashes_ = 0;
  std::array<std::uint32_t, kKeyClasses> passed_{};  ///< Keys of each class so far.
  std::vector<std::uint32_t> print_places_;          ///< Where prints begin, ascending.
  std::uint64_t prints_end_ = 0;
};

}  // namespace

std::vector<std::string> verify_segment(const Segment& segment) { return Verification(segment).run(); }

}  // namespace prova
