#include "store/exchange/exported_sample.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/segments/encoding.h"
#include "store/segments/print_codec.h"
#include "store/segments/sample_codec.h"

namespace prova {
namespace {

tl::unexpected<Error> malformed(std::string message) { return fail(ErrorCode::kMalformed, std::move(message)); }

/// All different features of the sample, ascending.
std::vector<FeatureKey> keys_of(const StoredSample& sample) {
  std::vector<FeatureKey> keys;
  for (const StoredFunction& f : sample.functions) {
    keys.insert(keys.end(), f.fingerprint.own.begin(), f.fingerprint.own.end());
    keys.insert(keys.end(), f.fingerprint.with_callees.begin(), f.fingerprint.with_callees.end());
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

/// The fingerprint with its features as numbers of `keys`, which holds all of them.
Print print_of(const Fingerprint& fingerprint, const std::vector<FeatureKey>& keys) {
  Print print;
  print.exact = fingerprint.exact;
  std::vector<FeatureKey> all;
  std::set_union(fingerprint.own.begin(), fingerprint.own.end(), fingerprint.with_callees.begin(),
                 fingerprint.with_callees.end(), std::back_inserter(all));
  for (const FeatureKey key : all) {
    const bool own = std::binary_search(fingerprint.own.begin(), fingerprint.own.end(), key);
    const bool callees = std::binary_search(fingerprint.with_callees.begin(), fingerprint.with_callees.end(), key);
    print.ordinals.push_back(
        static_cast<std::uint32_t>(std::lower_bound(keys.begin(), keys.end(), key) - keys.begin()));
    print.lists.push_back(static_cast<std::uint8_t>((own ? kInOwn : 0) | (callees ? kInWithCallees : 0)));
  }
  return print;
}

void set_fingerprint(const Print& print, const std::vector<FeatureKey>& keys, Fingerprint& fingerprint) {
  fingerprint.exact = print.exact;
  for (std::size_t i = 0; i < print.ordinals.size(); ++i) {
    const FeatureKey key = keys[print.ordinals[i]];
    if ((print.lists[i] & kInOwn) != 0) fingerprint.own.push_back(key);
    if ((print.lists[i] & kInWithCallees) != 0) fingerprint.with_callees.push_back(key);
  }
}

Result<std::vector<FeatureKey>> read_keys(Cursor& in) {
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > in.left()) return malformed(fmt::format("{} features in {} bytes", count, in.left()));
  std::vector<FeatureKey> keys;
  keys.reserve(static_cast<std::size_t>(count));
  std::uint64_t least = 0;  // The smallest that may come next.
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t gap = in.varint();
    if (!in.ok() || gap > 0xffff'ffff || least + gap > 0xffff'ffff) return malformed("features are not ascending 32-bit numbers");
    keys.push_back(static_cast<FeatureKey>(least + gap));
    least += gap + 1;
  }
  return keys;
}

Status read_fingerprints(Cursor& in, StoredSample& sample) {
  PROVA_TRY(keys, read_keys(in));
  Print print;
  for (std::size_t i = 0; i < sample.functions.size(); ++i) {
    const ByteView bytes = in.take(in.varint());
    if (!in.ok() || !decode_print(bytes, static_cast<std::uint32_t>(keys.size()), print)) {
      return malformed(fmt::format("fingerprint of function {} is not well-formed", i));
    }
    set_fingerprint(print, keys, sample.functions[i].fingerprint);
  }
  if (!in.at_end()) return malformed(fmt::format("{} bytes behind the last fingerprint", in.left()));
  return {};
}

}  // namespace

Result<std::string> encode_sample(const StoredSample& sample) {
  PROVA_TRY(packed, pack_sample(sample));
  std::string out;
  append_varint(out, sample.functions.size());
  append_varint(out, packed.compression);
  append_varint(out, packed.raw_bytes);
  append_text(out, packed.stored);
  const std::vector<FeatureKey> keys = keys_of(sample);
  append_varint(out, keys.size());
  std::uint64_t least = 0;
  for (const FeatureKey key : keys) {
    append_varint(out, key - least);
    least = key + 1ULL;
  }
  std::string print;
  for (const StoredFunction& f : sample.functions) {
    print.clear();
    append_print(print, print_of(f.fingerprint, keys));
    append_text(out, print);
  }
  return out;
}

Result<StoredSample> decode_sample(ByteView bytes, std::uint64_t limit) {
  Cursor in(bytes);
  const std::uint64_t functions = in.varint();
  SampleEntry entry;
  const std::uint64_t compression = in.varint();
  const std::uint64_t raw_bytes = in.varint();
  const ByteView block = in.take(in.varint());
  if (!in.ok()) return malformed("sample is cut short");
  if (functions > bytes.size()) return malformed(fmt::format("{} functions in {} bytes", functions, bytes.size()));
  if (raw_bytes > limit) {
    return fail(ErrorCode::kLimit, fmt::format("sample of {} bytes unpacked, at most {} accepted", raw_bytes, limit));
  }
  entry.compression = compression > 1 ? 2 : static_cast<std::uint32_t>(compression);
  entry.raw_bytes = static_cast<std::uint32_t>(raw_bytes);
  auto sample = unpack_sample(block, entry, static_cast<std::uint32_t>(functions));
  if (!sample) return malformed(std::move(sample).error().message);
  PROVA_TRY(read_fingerprints(in, *sample));
  return sample;
}

}  // namespace prova
