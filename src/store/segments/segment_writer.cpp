#include "store/segments/segment_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "fingerprint/fingerprint.h"
#include "store/segments/lists_code.h"

namespace prova {
namespace {

constexpr auto next(SegmentPart part) { return static_cast<SegmentPart>(static_cast<std::uint8_t>(part) + 1); }

/// The lists that all postings are in, or 0 when they differ.
std::uint32_t common_lists(std::span<const Posting> postings) {
  const std::uint32_t lists = postings[0].lists;
  const bool all = std::all_of(postings.begin(), postings.end(), [&](const Posting& p) { return p.lists == lists; });
  return all ? lists : 0;
}

/// Gaps in exponential Golomb code, for functions that share a feature come in clusters; with the lists unless these are
/// the same for all. `gaps` is scratch.
void append_postings(std::string& out, std::span<const Posting> postings, std::uint32_t common, std::vector<std::uint32_t>& gaps) {
  gaps.clear();
  std::uint32_t least = 0;  // The smallest function that may come next.
  for (const Posting& posting : postings) {
    gaps.push_back(posting.function - least);
    least = posting.function + 1;
  }
  const unsigned k = best_golomb_order(gaps);
  BitWriter bits(out);
  bits.put(k, kGolombOrderBits);
  const auto code = ListsCode::best_for(postings, [](const Posting& posting) { return posting.lists; });
  if (common == 0) code.write(bits);
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    bits.exp_golomb(gaps[i], k);
    if (common == 0) code.append(bits, postings[i].lists);
  }
  bits.finish();
}

}  // namespace

Result<SegmentWriter> SegmentWriter::create(const std::filesystem::path& path) {
  PROVA_TRY(file, BlockWriter::create(path));
  return SegmentWriter(std::move(file));
}

SegmentWriter::SegmentWriter(BlockWriter file) : file_(std::move(file)) {
  layout_.scheme = kFingerprintScheme;
  file_.append(encode_header(layout_.scheme));
  layout_[SegmentPart::kGroups].offset = file_.offset();
}

void SegmentWriter::begin(SegmentPart part) {
  while (part_ < part) {
    write_tables(part_);
    layout_[part_].size = file_.offset() - layout_[part_].offset;
    part_ = next(part_);
    layout_[part_].offset = file_.offset();
  }
}

/// Writes what was gathered for `part` while earlier ones were written, when its turn comes.
void SegmentWriter::write_tables(SegmentPart finished) {
  switch (finished) {
    case SegmentPart::kGroups:
      flush_group();
      append_fixed(group_offsets_, file_.offset() - layout_[SegmentPart::kGroups].offset);
      break;
    case SegmentPart::kGroupKeys: file_.append(group_keys_); break;
    case SegmentPart::kGroupOffsets: file_.append(group_offsets_); break;
    case SegmentPart::kFrequentKeys:
      for (const std::string& keys : frequent_keys_) file_.append(keys);
      break;
    case SegmentPart::kPrintOffsets: file_.append(print_offsets_); break;
    default: break;
  }
}

KeyCode SegmentWriter::add_key(std::uint32_t key, std::span<const Posting> postings) {
  if (group_size_ == kKeysPerGroup) flush_group();
  if (group_size_ == 0) {
    append_fixed(group_keys_, key);
    append_fixed(group_offsets_, file_.offset() - layout_[SegmentPart::kGroups].offset);
    last_key_ = key;
  }
  append_varint(group_head_, key - last_key_);
  const std::uint32_t lists = common_lists(postings);
  append_varint(group_head_, postings.size() << 2 | lists);
  if (postings.size() == 1) {
    append_varint(group_head_, postings[0].function);
  } else {
    scratch_.clear();
    append_postings(scratch_, postings, lists, gaps_);
    append_varint(group_head_, scratch_.size());
    group_body_ += scratch_;
  }
  last_key_ = key;
  ++group_size_;
  layout_.postings += postings.size();
  const std::uint32_t ordinal = layout_.keys++;
  layout_.classes[0] = layout_.keys;
  const std::size_t c = key_class(postings.size());
  if (c == 0) return ordinal;
  append_fixed(frequent_keys_[c], key);
  return key_code(c, layout_.classes[c]++);
}

void SegmentWriter::flush_group() {
  if (group_size_ == 0) return;
  std::string length;
  append_varint(length, group_head_.size());
  file_.append(length);
  file_.append(group_head_);
  file_.append(group_body_);
  group_head_.clear();
  group_body_.clear();
  group_size_ = 0;
}

void SegmentWriter::add_print(const Print& print) {
  begin(SegmentPart::kPrints);
  scratch_.clear();
  append_classed_print(scratch_, print, layout_.classes);
  const auto here = static_cast<std::uint32_t>(print_bytes_);
  const auto place = print_places_.find_or_remember(scratch_, here);
  append_fixed(print_offsets_, place.value_or(here));
  ++layout_.functions;
  if (place) return;
  file_.append(scratch_);
  print_bytes_ += scratch_.size();
}

void SegmentWriter::add_exact(ExactEntry entry) {
  begin(SegmentPart::kExact);
  scratch_.clear();
  append_fixed(scratch_, entry.hash_high);
  append_fixed(scratch_, entry.function);
  file_.append(scratch_);
}

void SegmentWriter::add_sample(std::string_view stored, SampleEntry entry, std::uint32_t functions) {
  begin(SegmentPart::kSampleBlocks);
  append_fixed(sample_directory_, file_.offset() - layout_[SegmentPart::kSampleBlocks].offset);
  append_fixed(sample_directory_, entry.stored_bytes);
  append_fixed(sample_directory_, entry.raw_bytes);
  append_fixed(sample_directory_, first_function_);
  append_fixed(sample_directory_, entry.compression);
  file_.append(stored);
  first_function_ += functions;
  ++layout_.samples;
}

Result<SegmentFile> SegmentWriter::finish() && {
  if (print_bytes_ >= 1ULL << 32) {
    return fail(ErrorCode::kLimit, fmt::format("fingerprints take {} bytes, at most 4 GiB fit one segment: add fewer samples at once", print_bytes_));
  }
  if (layout_.keys > kMaxSegmentKeys) {
    return fail(ErrorCode::kLimit, fmt::format("{} features, at most {} fit one segment: add fewer samples at once", layout_.keys, kMaxSegmentKeys));
  }
  begin(SegmentPart::kSampleDirectory);
  file_.append(sample_directory_);
  layout_[SegmentPart::kSampleDirectory].size = sample_directory_.size();
  SegmentFile result;
  const std::uint64_t blocks = (file_.offset() + kBlockBytes - 1) / kBlockBytes;
  result.bytes = file_.offset() + blocks * 8 + kSegmentFooterBytes;
  result.samples = layout_.samples;
  result.functions = layout_.functions;
  PROVA_TRY(checksum, file_.finish(layout_));
  result.checksum = checksum;
  return result;
}

}  // namespace prova
