#pragma once
// Integers as they lie in a segment: little-endian, LEB128 varints, and Rice and Golomb codes. Reading never leaves the
// bytes it was given; what does not fit turns `ok()` false and reads as zero from there on.

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstring>
#include <span>
#include <string>

#include "base/bytes.h"

namespace prova {

static_assert(std::endian::native == std::endian::little, "segments are read in place, as little-endian integers");

template <std::integral T>
void append_fixed(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// LEB128: seven bits per byte, low ones first, the top bit set on all bytes but the last.
inline void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

inline void append_text(std::string& out, std::string_view text) {
  append_varint(out, text.size());
  out += text;
}

/// The integer at `at`, which must have sizeof(T) bytes; any alignment.
template <std::integral T>
[[nodiscard]] T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// Reads a run of integers and texts in order. Does not own the bytes.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] std::uint64_t left() const { return static_cast<std::uint64_t>(end_ - at_); }
  [[nodiscard]] const std::byte* position() const { return at_; }

  /// A varint of at most ten bytes; bits beyond 64 are an error.
  [[nodiscard]] std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const std::uint64_t byte = std::to_integer<std::uint64_t>(*at_++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (shift == 63 && byte > 1) break;
        return value;
      }
    }
    return failed();
  }

  template <std::integral T>
  [[nodiscard]] T fixed() {
    if (left() < sizeof(T)) return static_cast<T>(failed());
    const T value = load<T>(at_);
    at_ += sizeof(T);
    return value;
  }

  [[nodiscard]] ByteView take(std::uint64_t size) {
    if (size > left()) {
      failed();
      return {};
    }
    const ByteView bytes(at_, static_cast<std::size_t>(size));
    at_ += size;
    return bytes;
  }

  [[nodiscard]] std::string text() { return std::string(as_text(take(varint()))); }

 private:
  std::uint64_t failed() {
    ok_ = false;
    at_ = end_;
    return 0;
  }

  const std::byte* at_;
  const std::byte* end_;
  bool ok_ = true;
};

/// Appends bits, low ones first.
class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}
  /// The low `bits` (at most 32) of `value`.
  void put(std::uint64_t value, unsigned bits) {
    pending_ |= (value & ((1ULL << bits) - 1)) << used_;
    used_ += bits;
    for (; used_ >= 8; used_ -= 8, pending_ >>= 8) out_ += static_cast<char>(pending_);
  }
  /// Rice code: value >> k as that many zeros and a one, then the low k bits.
  void rice(std::uint64_t value, unsigned k) {
    std::uint64_t zeros = value >> k;
    for (; zeros >= 32; zeros -= 32) put(0, 32);
    put(0, static_cast<unsigned>(zeros));
    put(1, 1);
    put(value, k);
  }
  /// Exponential Golomb code of order k (Teuhola 1978): with q = (value >> k) + 1 of n + 1 bits, n zeros, a one, the low n
  /// bits of q, then the low k bits of value. For numbers of which some are far larger than most.
  void exp_golomb(std::uint64_t value, unsigned k) {
    const std::uint64_t q = (value >> k) + 1;
    const auto n = static_cast<unsigned>(std::bit_width(q)) - 1;
    put(0, n);
    put(1, 1);
    put(q, n);
    put(value, k);
  }
  /// One of three: a one for 0, zero and zero for 1, zero and one for 2.
  void one_of_three(unsigned which) {
    if (which == 0) {
      put(1, 1);
    } else {
      put((which - 1) << 1U, 2);
    }
  }
  void finish() {
    if (used_ > 0) out_ += static_cast<char>(pending_);
    used_ = 0;
    pending_ = 0;
  }

 private:
  std::string& out_;
  std::uint64_t pending_ = 0;
  unsigned used_ = 0;
};

/// Parameter of the Rice code for `count` ascending numbers up to `last`: log2 of the mean gap, near the best for the
/// gaps of random sets (Golomb 1966). Below 32.
[[nodiscard]] inline unsigned rice_parameter(std::uint32_t last, std::uint64_t count) {
  return static_cast<unsigned>(std::bit_width(std::max<std::uint64_t>(1, last / count)) - 1);
}
constexpr unsigned kRiceParameterBits = 5;

/// Reads what BitWriter wrote.
class BitReader {
 public:
  explicit BitReader(ByteView bytes) : bytes_(bytes), size_(bytes.size() * 8ULL) {}

  [[nodiscard]] bool ok() const { return ok_; }

  /// The next `bits` (at most 32) bits.
  [[nodiscard]] std::uint64_t get(unsigned bits) {
    if (bits > size_ - at_) return failed();
    const std::uint64_t value = window() & ((1ULL << bits) - 1);
    at_ += bits;
    return value;
  }

  /// A Rice code; `k` at most 32.
  [[nodiscard]] std::uint64_t rice(unsigned k) {
    // Nearly all codes lie within one window.
    const std::uint64_t bits = window();
    const auto zeros = static_cast<unsigned>(std::countr_zero(bits | 1ULL << 56));
    const unsigned used = zeros + 1 + k;
    if (used > 57 || used > size_ - at_) return long_rice(k);
    at_ += used;
    return std::uint64_t{zeros} << k | (bits >> (zeros + 1) & ((1ULL << k) - 1));
  }

  /// An exponential Golomb code; `k` at most 31.
  [[nodiscard]] std::uint64_t exp_golomb(unsigned k) {
    const std::uint64_t bits = window();
    const auto n = static_cast<unsigned>(std::countr_zero(bits | 1ULL << 56));
    const unsigned used = 2 * n + 1 + k;
    if (used > 57 || used > size_ - at_) return long_exp_golomb(k);
    at_ += used;
    const std::uint64_t rest = bits >> (n + 1);
    const std::uint64_t q = 1ULL << n | (rest & ((1ULL << n) - 1));
    return (q - 1) << k | (rest >> n & ((1ULL << k) - 1));
  }

  [[nodiscard]] unsigned one_of_three() {
    const std::uint64_t bits = window();
    const unsigned used = (bits & 1) != 0 ? 1 : 2;
    if (used > size_ - at_) return static_cast<unsigned>(failed());
    at_ += used;
    return used == 1 ? 0 : 1 + static_cast<unsigned>(bits >> 1 & 1);
  }

 private:
  [[nodiscard]] std::uint64_t long_exp_golomb(unsigned k) {
    unsigned n = 0;
    while (n <= 32 && get(1) == 0 && ok_) ++n;
    if (n > 32 || !ok_) return failed();
    const std::uint64_t q = 1ULL << n | get(n);
    return (q - 1) << k | get(k);
  }

  [[nodiscard]] std::uint64_t long_rice(unsigned k) {
    std::uint64_t zeros = 0;
    for (;;) {
      if (at_ >= size_) return failed();
      const std::uint64_t bits = window();  // At least 57 bits, zeros past the end.
      const auto run = static_cast<unsigned>(std::countr_zero(bits | 1ULL << 56));
      zeros += run;
      at_ += run;
      if (run < 56) break;
    }
    if (at_ >= size_) return failed();
    ++at_;
    return zeros << k | get(k);
  }

  /// The bits from `at_` on: at least 57 of them, or all that are left and then zeros.
  [[nodiscard]] std::uint64_t window() const {
    const std::uint64_t byte = at_ / 8;
    std::uint64_t bits = 0;
    if (byte + 8 <= bytes_.size()) {
      std::memcpy(&bits, bytes_.data() + byte, 8);
    } else if (byte < bytes_.size()) {
      std::memcpy(&bits, bytes_.data() + byte, static_cast<std::size_t>(bytes_.size() - byte));
    }
    return bits >> (at_ % 8);
  }

  std::uint64_t failed() {
    ok_ = false;
    at_ = size_;
    return 0;
  }

  ByteView bytes_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;
  bool ok_ = true;
};

/// The order of the exponential Golomb code in which `gaps` take the fewest bits. O(32 · gaps).
[[nodiscard]] inline unsigned best_golomb_order(std::span<const std::uint32_t> gaps) {
  unsigned best = 0;
  std::uint64_t least = ~0ULL;
  for (unsigned k = 0; k < 32; ++k) {
    std::uint64_t bits = 0;
    for (const std::uint32_t gap : gaps) bits += 2 * static_cast<unsigned>(std::bit_width((gap >> k) + 1ULL)) - 1 + k;
    if (bits >= least) continue;
    least = bits;
    best = k;
  }
  return best;
}
constexpr unsigned kGolombOrderBits = 5;

}  // namespace prova
