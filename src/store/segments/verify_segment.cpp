#include "store/segments/verify_segment.h"

#include <fmt/format.h>

namespace prova {
namespace {

/// What postings and prints both say, in a form in which they can be compared without holding either: the sum of the
/// hashes of all (ordinal, function, lists), modulo 2^64.
struct Agreement {
  std::uint64_t sum = 0, count = 0;
  void add(std::uint32_t ordinal, std::uint32_t function, std::uint32_t lists) {
    sum += mix(std::uint64_t{ordinal} << 32 | function, lists);
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
        const std::uint32_t ordinal = group.place().ordinal;
        PROVA_TRY(segment_.for_each_posting(group.place(), [&](std::uint32_t function, std::uint32_t lists) {
          from_postings_.add(ordinal, function, lists);
          return true;
        }));
      }
      if (!group.complete()) return group_error(g, "do not fill it");
    }
    if (from_postings_.count != segment_.layout().postings) {
      problem(fmt::format("{} postings, the footer says {}", from_postings_.count, segment_.layout().postings), 0);
    }
    return {};
  }

  tl::unexpected<Error> group_error(std::uint32_t group, std::string_view what) const {
    return segment_.file().error_at(SegmentPart::kGroupOffsets, group * 8ULL, 16,
                                    fmt::format("keys of group {} {}", group, what));
  }

  Status check_prints() {
    Print print;
    for (std::uint32_t f = 0; f < segment_.functions(); ++f) {
      PROVA_TRY(segment_.read_print(f, print));
      if (print.exact != 0) ++exact_hashes_;
      for (std::size_t i = 0; i < print.ordinals.size(); ++i) from_prints_.add(print.ordinals[i], f, print.lists[i]);
    }
    return {};
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
};

}  // namespace

std::vector<std::string> verify_segment(const Segment& segment) { return Verification(segment).run(); }

}  // namespace prova
