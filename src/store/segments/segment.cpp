#include "store/segments/segment.h"

#include <fmt/format.h>

#include <algorithm>

namespace prova {
namespace {

/// Index of the first of `size` ascending keys at `keys` that is at least `key`, searched from `from` on: gallop, then
/// bisect.
std::uint32_t first_at_least(const std::byte* keys, std::uint32_t from, std::uint32_t size, FeatureKey key) {
  const auto at = [&](std::uint64_t i) { return load<FeatureKey>(keys + i * 4); };
  std::uint64_t low = from, step = 1;
  while (low + step < size && at(low + step) < key) {
    low += step;
    step *= 2;
  }
  std::uint64_t high = std::min<std::uint64_t>(low + step, size);
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (at(middle) < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return static_cast<std::uint32_t>(low);
}

}  // namespace

bool GroupReader::next() {
  const std::uint64_t gap = in_.varint();
  const std::uint64_t tag = in_.varint();
  const std::uint64_t count = tag >> 2;
  key_ += gap;
  if (!in_.ok() || (gap == 0) != first_ || gap > 0xffff'ffff || key_ > 0xffff'ffff) return false;
  if (count == 0 || count > kMaxSegmentFunctions) return false;
  place_.ordinal = first_ ? ordinal_ : place_.ordinal + 1;
  place_.count = static_cast<std::uint32_t>(count);
  place_.lists = static_cast<std::uint32_t>(tag & 3);
  first_ = false;
  if (count == 1) {
    place_.offset = head_offset_ + static_cast<std::uint64_t>(in_.position() - head_);
    const std::byte* begin = in_.position();
    static_cast<void>(in_.varint());
    place_.bytes = static_cast<std::uint32_t>(in_.position() - begin);
    return in_.ok();
  }
  const std::uint64_t bytes = in_.varint();
  if (!in_.ok() || bytes > end_ - body_ || bytes > 0xffff'ffff || count > bytes * 8) return false;
  place_.offset = body_;
  place_.bytes = static_cast<std::uint32_t>(bytes);
  body_ += bytes;
  return true;
}

Result<std::shared_ptr<const Segment>> Segment::open(const std::filesystem::path& path, Checksums checksums) {
  PROVA_TRY(file, CheckedFile::open(path, checksums));
  std::shared_ptr<Segment> segment(new Segment(std::move(file)));
  PROVA_TRY(segment->read_directory());
  return std::shared_ptr<const Segment>(std::move(segment));
}

Status Segment::read_directory() {
  const std::uint64_t size = layout()[SegmentPart::kSampleDirectory].size;
  if (file_.bytes(SegmentPart::kSampleDirectory) == nullptr) {
    return file_.error_at(SegmentPart::kSampleDirectory, 0, size, "directory of samples");
  }
  first_functions_.reserve(samples() + std::size_t{1});
  std::uint32_t previous = 0;
  for (std::uint32_t i = 0; i < samples(); ++i) {
    const SampleEntry entry = sample_entry(i);
    if (entry.first_function < previous || entry.first_function > functions() || (i == 0 && entry.first_function != 0)) {
      return file_.error_at(SegmentPart::kSampleDirectory, i * kSampleEntryBytes, kSampleEntryBytes,
                            fmt::format("sample {} begins at function {} of {}", i, entry.first_function, functions()));
    }
    first_functions_.push_back(previous = entry.first_function);
  }
  if (samples() == 0 && functions() != 0) return file_.error("functions without samples", 0);
  first_functions_.push_back(functions());
  return {};
}

SampleEntry Segment::sample_entry(std::uint32_t position) const {
  const std::byte* bytes = file_.bytes(SegmentPart::kSampleDirectory, position * kSampleEntryBytes, kSampleEntryBytes);
  if (bytes == nullptr) return {};  // Cannot be: `open` has looked at all of them.
  Cursor in(ByteView(bytes, kSampleEntryBytes));
  return {in.fixed<std::uint64_t>(), in.fixed<std::uint32_t>(), in.fixed<std::uint32_t>(), in.fixed<std::uint32_t>(),
          in.fixed<std::uint32_t>()};
}

std::uint32_t Segment::sample_of(std::uint32_t function) const {
  const auto after = std::upper_bound(first_functions_.begin(), first_functions_.end() - 1, function);
  return static_cast<std::uint32_t>(after - first_functions_.begin() - 1);
}

Result<GroupReader> Segment::group(std::uint32_t index) const {
  const std::byte* keys = file_.bytes(SegmentPart::kGroupKeys, index * 4ULL, 4);
  const std::byte* offsets = file_.bytes(SegmentPart::kGroupOffsets, index * 8ULL, 16);
  if (keys == nullptr) return file_.error_at(SegmentPart::kGroupKeys, index * 4ULL, 4, "first key of a group");
  if (offsets == nullptr) return file_.error_at(SegmentPart::kGroupOffsets, index * 8ULL, 16, "offset of a group");
  const auto begin = load<std::uint64_t>(offsets);
  const auto end = load<std::uint64_t>(offsets + 8);
  const std::uint64_t size = layout()[SegmentPart::kGroups].size;
  if (begin > end || end > size) {
    return file_.error_at(SegmentPart::kGroupOffsets, index * 8ULL, 16,
                          fmt::format("group {} lies at {} to {} of {}", index, begin, end, size));
  }
  const std::uint64_t prefix_bytes = std::min<std::uint64_t>(end - begin, 10);
  const std::byte* prefix = file_.bytes(SegmentPart::kGroups, begin, prefix_bytes);
  if (prefix == nullptr) return file_.error_at(SegmentPart::kGroups, begin, prefix_bytes, "head of a group");
  Cursor in(ByteView(prefix, static_cast<std::size_t>(prefix_bytes)));
  const std::uint64_t head_bytes = in.varint();
  const std::uint64_t head = begin + static_cast<std::uint64_t>(in.position() - prefix);
  if (!in.ok() || head_bytes > end - head) {
    return file_.error_at(SegmentPart::kGroups, begin, prefix_bytes, fmt::format("head of group {} exceeds it", index));
  }
  const std::byte* bytes = file_.bytes(SegmentPart::kGroups, head, head_bytes);
  if (bytes == nullptr) return file_.error_at(SegmentPart::kGroups, head, head_bytes, "head of a group");
  return GroupReader(ByteView(bytes, static_cast<std::size_t>(head_bytes)), head, head + head_bytes, end,
                     load<std::uint32_t>(keys), index * kKeysPerGroup);
}

std::uint32_t Segment::group_of(const std::byte* first_keys, std::uint32_t from, FeatureKey key) const {
  const auto first_key = [&](std::uint32_t group) { return load<std::uint32_t>(first_keys + group * std::size_t{4}); };
  // Gallop, then bisect: probes come in ascending order and their keys are evenly spread hashes.
  std::uint32_t low = from;
  std::uint64_t step = 1;
  while (low + step < layout().groups() && first_key(static_cast<std::uint32_t>(low + step)) <= key) {
    low += static_cast<std::uint32_t>(step);
    step *= 2;
  }
  auto high = static_cast<std::uint32_t>(std::min<std::uint64_t>(low + step, layout().groups()));
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    (first_key(middle) <= key ? low : high) = middle;
  }
  return low;
}

Status Segment::locate(std::span<const FeatureKey> keys, std::vector<KeyPlace>& places) const {
  places.assign(keys.size(), {});
  const std::byte* first_keys = file_.bytes(SegmentPart::kGroupKeys);
  if (first_keys == nullptr) {
    return file_.error_at(SegmentPart::kGroupKeys, 0, layout()[SegmentPart::kGroupKeys].size, "first keys of groups");
  }
  std::uint32_t group_index = 0;
  std::size_t i = 0;
  while (i < keys.size() && layout().groups() > 0) {
    if (keys[i] < load<std::uint32_t>(first_keys + group_index * std::size_t{4})) {
      ++i;  // Before the first key of all, or between two groups whose end was passed.
      continue;
    }
    group_index = group_of(first_keys, group_index, keys[i]);
    PROVA_TRY(reader, group(group_index));
    // Keys from here on lie in later groups.
    const std::uint64_t limit = group_index + 1 < layout().groups()
                                    ? load<std::uint32_t>(first_keys + (group_index + 1) * std::size_t{4})
                                    : 1ULL << 32;
    for (std::uint32_t n = keys_in_group(group_index); n > 0 && i < keys.size() && keys[i] < limit; --n) {
      if (!reader.next()) {
        return file_.error_at(SegmentPart::kGroupOffsets, group_index * 8ULL, 16,
                              fmt::format("keys of group {} contradict themselves", group_index));
      }
      while (i < keys.size() && keys[i] < reader.key()) ++i;
      if (i < keys.size() && keys[i] == reader.key()) places[i++] = reader.place();
    }
    if (++group_index >= layout().groups()) break;
  }
  return find_codes(keys, places);
}

Result<std::uint32_t> Segment::print_place(std::uint32_t function) const {
  const std::byte* offset = file_.bytes(SegmentPart::kPrintOffsets, function * 4ULL, 4);
  if (offset == nullptr) return file_.error_at(SegmentPart::kPrintOffsets, function * 4ULL, 4, "offset of a fingerprint");
  return load<std::uint32_t>(offset);
}

Result<ByteView> Segment::print_bytes(std::uint32_t function) const {
  PROVA_TRY(begin, print_place(function));
  const std::uint64_t left = layout()[SegmentPart::kPrints].size - std::min<std::uint64_t>(begin, layout()[SegmentPart::kPrints].size);
  const std::uint64_t prefix = std::min(left, kMaxPrintPrefix);
  const std::byte* head = file_.bytes(SegmentPart::kPrints, begin, prefix);
  const std::uint64_t size = head == nullptr ? 0 : classed_print_bytes(ByteView(head, static_cast<std::size_t>(prefix)));
  const std::byte* bytes = size == 0 ? nullptr : file_.bytes(SegmentPart::kPrints, begin, size);
  if (bytes == nullptr) {
    return file_.error_at(SegmentPart::kPrints, begin, std::max(prefix, size),
                          fmt::format("fingerprint of function {} does not lie within its part", function));
  }
  return ByteView(bytes, static_cast<std::size_t>(size));
}

tl::unexpected<Error> Segment::malformed_print(std::uint32_t function, ByteView bytes) const {
  const auto begin = static_cast<std::uint64_t>(bytes.data() - file_.bytes(SegmentPart::kPrints, 0, 0));
  return file_.error_at(SegmentPart::kPrints, begin, bytes.size(), fmt::format("fingerprint of function {} is not well-formed", function));
}

Status Segment::read_print(std::uint32_t function, Print& print) const {
  PROVA_TRY(bytes, print_bytes(function));
  if (decode_classed_print(bytes, layout().classes, print)) return {};
  return malformed_print(function, bytes);
}

Result<std::uint64_t> Segment::exact_hash(std::uint32_t function) const {
  PROVA_TRY(bytes, print_bytes(function));
  std::uint64_t exact = 0;
  if (decode_exact_hash(bytes, exact)) return exact;
  return malformed_print(function, bytes);
}

Result<FeatureKey> Segment::frequent_key(std::size_t c, std::uint32_t number) const {
  const std::uint64_t offset = (layout().frequent_keys(c) + number) * 4;
  const std::byte* key = file_.bytes(SegmentPart::kFrequentKeys, offset, 4);
  if (key == nullptr) return file_.error_at(SegmentPart::kFrequentKeys, offset, 4, "key of a class");
  return load<FeatureKey>(key);
}

Status Segment::find_codes(std::span<const FeatureKey> keys, std::vector<KeyPlace>& places) const {
  const std::byte* table = file_.bytes(SegmentPart::kFrequentKeys);
  if (table == nullptr) {
    return file_.error_at(SegmentPart::kFrequentKeys, 0, layout()[SegmentPart::kFrequentKeys].size, "keys of the classes");
  }
  std::array<std::uint32_t, kKeyClasses> passed{};  // Numbers of each class that are behind.
  for (std::size_t i = 0; i < keys.size(); ++i) {
    KeyPlace& place = places[i];
    const std::size_t c = key_class(place.count);
    place.code = place.ordinal;
    if (c == 0) continue;
    const std::byte* of_class = table + layout().frequent_keys(c) * 4;
    const std::uint32_t size = layout().classes[c];
    const std::uint32_t number = passed[c] = first_at_least(of_class, passed[c], size, keys[i]);
    if (number == size || load<FeatureKey>(of_class + number * std::size_t{4}) != keys[i]) {
      return file_.error_at(SegmentPart::kFrequentKeys, (layout().frequent_keys(c) + std::min(number, size - 1)) * 4, 4,
                            fmt::format("class {} lacks key {}, which {} functions hold", c, keys[i], place.count));
    }
    place.code = key_code(c, number);
  }
  return {};
}

Result<ExactEntry> Segment::exact_entry(std::uint64_t index) const {
  const std::byte* bytes = file_.bytes(SegmentPart::kExact, index * 8, 8);
  if (bytes == nullptr) return file_.error_at(SegmentPart::kExact, index * 8, 8, "exact hash");
  const ExactEntry entry{load<std::uint32_t>(bytes), load<std::uint32_t>(bytes + 4)};
  if (entry.function >= functions()) {
    return file_.error_at(SegmentPart::kExact, index * 8, 8,
                          fmt::format("exact hash of function {} of {}", entry.function, functions()));
  }
  return entry;
}

Status Segment::find_exact(std::uint64_t exact, std::vector<std::uint32_t>& found) const {
  found.clear();
  const auto wanted = static_cast<std::uint32_t>(exact >> 32);
  std::uint64_t low = 0;
  for (std::uint64_t high = exact_entries(); low < high;) {
    const std::uint64_t middle = low + (high - low) / 2;
    PROVA_TRY(entry, exact_entry(middle));
    if (entry.hash_high < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; low < exact_entries(); ++low) {
    PROVA_TRY(entry, exact_entry(low));
    if (entry.hash_high != wanted) break;
    if (!found.empty() && entry.function <= found.back()) {
      return file_.error_at(SegmentPart::kExact, low * 8, 8, "functions with one exact hash are not ascending");
    }
    found.push_back(entry.function);
  }
  return {};
}

Result<ByteView> Segment::sample_block(std::uint32_t position) const {
  const SampleEntry entry = sample_entry(position);
  const std::byte* bytes = file_.bytes(SegmentPart::kSampleBlocks, entry.offset, entry.stored_bytes);
  if (bytes == nullptr) {
    return file_.error_at(SegmentPart::kSampleBlocks, entry.offset, entry.stored_bytes, "block of a sample");
  }
  return ByteView(bytes, entry.stored_bytes);
}

Result<StoredSample> Segment::read_sample_block(std::uint32_t position) const {
  PROVA_TRY(block, sample_block(position));
  const SampleEntry entry = sample_entry(position);
  auto sample = unpack_sample(block, entry, first_function(position + 1) - first_function(position));
  if (!sample) return file_.error_at(SegmentPart::kSampleBlocks, entry.offset, entry.stored_bytes, sample.error().message);
  return sample;
}

/// Keys with these ordinals, which are ascending.
Status Segment::keys_of(const std::vector<std::uint32_t>& ordinals, std::vector<FeatureKey>& keys) const {
  for (std::size_t i = 0; i < ordinals.size();) {
    const std::uint32_t index = ordinals[i] / kKeysPerGroup;
    PROVA_TRY(reader, group(index));
    for (std::uint32_t n = keys_in_group(index); n > 0 && i < ordinals.size(); --n) {
      if (!reader.next()) {
        return file_.error_at(SegmentPart::kGroupOffsets, index * 8ULL, 16,
                              fmt::format("keys of group {} contradict themselves", index));
      }
      if (reader.place().ordinal == ordinals[i]) {
        keys.push_back(reader.key());
        ++i;
      }
    }
  }
  return {};
}

namespace {

/// Puts a function's keys, with their lists in the low bits, into the lists of a fingerprint.
void fill_lists(std::vector<std::uint64_t>& keys_and_lists, Fingerprint& print) {
  std::sort(keys_and_lists.begin(), keys_and_lists.end());
  for (const std::uint64_t word : keys_and_lists) {
    const auto key = static_cast<FeatureKey>(word >> 2);
    if ((word & kInOwn) != 0) print.own.push_back(key);
    if ((word & kInWithCallees) != 0) print.with_callees.push_back(key);
  }
}

}  // namespace

Result<StoredSample> Segment::read_sample(std::uint32_t position) const {
  PROVA_TRY(sample, read_sample_block(position));
  std::vector<Print> prints(sample.functions.size());
  std::vector<std::uint32_t> rare;  // Ordinals of keys of class 0; the other keys stand in a table.
  for (std::uint32_t i = 0; i < prints.size(); ++i) {
    PROVA_TRY(read_print(first_function(position) + i, prints[i]));
    for (const KeyCode code : prints[i].ordinals) {
      if (class_of(code) == 0) rare.push_back(code);
    }
  }
  std::sort(rare.begin(), rare.end());
  rare.erase(std::unique(rare.begin(), rare.end()), rare.end());
  std::vector<FeatureKey> rare_keys;
  PROVA_TRY(keys_of(rare, rare_keys));
  std::vector<std::uint64_t> words;
  for (std::size_t i = 0; i < prints.size(); ++i) {
    words.clear();
    for (std::size_t k = 0; k < prints[i].ordinals.size(); ++k) {
      const KeyCode code = prints[i].ordinals[k];
      FeatureKey key = 0;
      if (class_of(code) == 0) {
        key = rare_keys[static_cast<std::size_t>(std::lower_bound(rare.begin(), rare.end(), code) - rare.begin())];
      } else {
        PROVA_TRY(frequent, frequent_key(class_of(code), number_of(code)));
        key = frequent;
      }
      words.push_back(std::uint64_t{key} << 2 | prints[i].lists[k]);
    }
    sample.functions[i].fingerprint.exact = prints[i].exact;
    fill_lists(words, sample.functions[i].fingerprint);
  }
  return sample;
}

}  // namespace prova
