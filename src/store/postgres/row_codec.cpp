#include "store/postgres/row_codec.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "store/segments/print_codec.h"
#include "store/segments/sample_codec.h"

namespace prova {
namespace {

/// First key of a row: everything before it belongs to another one.
std::uint64_t first_key(std::uint32_t row, unsigned bits) { return bits == 0 ? 0 : std::uint64_t{row} << (32 - bits); }

/// Feature keys have 32 bits, exact hashes 64.
constexpr unsigned kFeatureShift = 0, kExactShift = 32;

bool decode_list(Cursor& in, PostingList& list) {
  const std::uint64_t head = in.varint();
  if (!in.ok() || head < 4 || head / 4 > kMaxRunFunctions) return false;
  list.count = static_cast<std::uint32_t>(head / 4);
  list.lists = static_cast<std::uint32_t>(head % 4);
  list.is_long = list.count > kMaxInlinePostings;
  if (list.count > 1 && !list.is_long) {
    list.body = in.take(in.varint());
    return in.ok();
  }
  const std::uint64_t number = in.varint();
  list.number = static_cast<std::uint32_t>(number);
  return in.ok() && number <= 0xffff'ffff;
}

bool decode_section(Cursor& in, std::uint32_t row, unsigned bits, unsigned shift, std::vector<RowKey>& keys) {
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > in.left() / 3) return false;  // Each key takes three bytes at least.
  keys.resize(static_cast<std::size_t>(count));
  std::uint64_t least = first_key(row, bits) << shift;
  bool full = false;  // The greatest key of all was there: none may follow.
  for (RowKey& key : keys) {
    const std::uint64_t gap = in.varint();
    key.key = least + gap;
    const std::uint64_t upper = key.key >> shift;
    if (!in.ok() || full || key.key < least || upper > 0xffff'ffff) return false;
    if (row_of(static_cast<std::uint32_t>(upper), bits) != row || !decode_list(in, key.postings)) return false;
    least = key.key + 1;
    full = least == 0;
  }
  return true;
}

}  // namespace

unsigned row_bits(std::uint64_t postings) {
  const std::uint64_t rows = postings / kPostingsPerRow;
  return rows <= 1 ? 0 : std::min(kMaxRowBits, static_cast<unsigned>(std::bit_width(rows - 1)));
}

std::string pack_postings(std::span<const PackedPosting> postings) {
  const PackedPosting head = postings.front() & 3;
  const bool mixed = std::any_of(postings.begin(), postings.end(), [&](PackedPosting p) { return (p & 3) != head; });
  const unsigned k = rice_parameter(postings.back() >> 2, postings.size());
  std::string out;
  BitWriter bits(out);
  bits.put(k, kRiceParameterBits);
  std::uint32_t least = 0;
  for (const PackedPosting posting : postings) {
    bits.rice((posting >> 2) - least, k);
    if (mixed) bits.put(posting & 3, 2);
    least = (posting >> 2) + 1;
  }
  bits.finish();
  return out;
}

void PostingsRowWriter::append(Section& section, std::uint64_t key, std::span<const PackedPosting> postings,
                               std::vector<std::string>& long_lists) {
  append_varint(section.bytes, key - section.least);
  section.least = key + 1;
  ++section.keys;
  const PackedPosting head = postings.front() & 3;
  const bool mixed = std::any_of(postings.begin(), postings.end(), [&](PackedPosting p) { return (p & 3) != head; });
  append_varint(section.bytes, postings.size() * 4 + (mixed ? 0 : head));
  if (postings.size() == 1) {
    append_varint(section.bytes, postings.front() >> 2);
  } else if (postings.size() <= kMaxInlinePostings) {
    append_text(section.bytes, pack_postings(postings));
  } else {
    append_varint(section.bytes, long_lists.size());
    long_lists.push_back(pack_postings(postings));
  }
}

void PostingsRowWriter::add_feature(std::uint32_t mixed, std::span<const PackedPosting> postings, std::vector<std::string>& long_lists) {
  if (features_.keys == 0) features_.least = first_key(row_, bits_);
  append(features_, mixed, postings, long_lists);
}

void PostingsRowWriter::add_exact(std::uint64_t exact, std::span<const PackedPosting> postings, std::vector<std::string>& long_lists) {
  if (exact_.keys == 0) exact_.least = first_key(row_, bits_) << kExactShift;
  append(exact_, exact, postings, long_lists);
}

std::string PostingsRowWriter::finish() const {
  std::string out;
  append_varint(out, features_.keys);
  out += features_.bytes;
  append_varint(out, exact_.keys);
  return out + exact_.bytes;
}

bool decode_postings_row(ByteView bytes, std::uint32_t row, unsigned bits, PostingsRow& decoded) {
  Cursor in(bytes);
  return decode_section(in, row, bits, kFeatureShift, decoded.features) &&
         decode_section(in, row, bits, kExactShift, decoded.exact) && in.at_end();
}

std::string pack_print(const Fingerprint& fingerprint) {
  Print print;
  print.exact = fingerprint.exact;
  std::set_union(fingerprint.own.begin(), fingerprint.own.end(), fingerprint.with_callees.begin(),
                 fingerprint.with_callees.end(), std::back_inserter(print.ordinals));
  for (const FeatureKey key : print.ordinals) {
    const bool own = std::binary_search(fingerprint.own.begin(), fingerprint.own.end(), key);
    const bool callees = std::binary_search(fingerprint.with_callees.begin(), fingerprint.with_callees.end(), key);
    print.lists.push_back(static_cast<std::uint8_t>((own ? 1 : 0) | (callees ? 2 : 0)));
  }
  std::string out;
  append_print(out, print);
  return out;
}

bool unpack_print(ByteView bytes, UnpackedPrint& print) {
  Print decoded;
  std::swap(decoded.ordinals, print.keys);  // Keeps the memory from call to call.
  std::swap(decoded.lists, print.lists);
  const bool good = decode_print(bytes, 1ULL << 32, decoded);
  print.exact = decoded.exact;
  std::swap(decoded.ordinals, print.keys);
  std::swap(decoded.lists, print.lists);
  return good;
}

Result<std::string> pack_block(const StoredSample& sample) {
  PROVA_TRY(packed, pack_sample(sample));
  std::string out;
  append_varint(out, packed.raw_bytes);
  append_varint(out, packed.compression);
  return out + packed.stored;
}

Result<StoredSample> unpack_block(ByteView bytes, std::uint32_t functions) {
  Cursor in(bytes);
  SampleEntry entry;
  const std::uint64_t raw_bytes = in.varint();
  const std::uint64_t compression = in.varint();
  if (!in.ok() || raw_bytes > 0xffff'ffff) return fail(ErrorCode::kStore, "sample block is cut short");
  entry.raw_bytes = static_cast<std::uint32_t>(raw_bytes);
  entry.compression = compression > 1 ? 2 : static_cast<std::uint32_t>(compression);
  return unpack_sample(in.take(in.left()), entry, functions);
}

std::string pack_toolmarks(const SampleRecord& record) {
  std::string out;
  for (const auto& [kind, value] : record.toolmarks) {
    append_varint(out, static_cast<std::uint64_t>(kind));
    append_text(out, value);
  }
  return out;
}

bool unpack_toolmarks(ByteView bytes, SampleRecord& record) {
  Cursor in(bytes);
  while (!in.at_end()) {
    const std::uint64_t kind = in.varint();
    std::string value = in.text();
    if (!in.ok() || kind > static_cast<std::uint64_t>(Toolmark::Kind::kMachOUuid)) return false;
    record.toolmarks.emplace_back(static_cast<Toolmark::Kind>(kind), std::move(value));
  }
  return in.ok();
}

}  // namespace prova
