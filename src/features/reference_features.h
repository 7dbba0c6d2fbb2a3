#pragma once
// Families that depend on nothing but the value seen: numbers, strings, constant data, import names, fields of
// structures, strings beside a function's address. The same hashes whether the value was found by reading
// instructions one by one or by following the data flow, so that both kinds of function can match.

#include <optional>
#include <span>
#include <vector>

#include "dataflow/image_facts.h"
#include "features/feature_sink.h"

namespace prova {

/// Widths of accesses that compilers choose between freely are one class: 1, 2, 4 or 8, and 16 bytes or more.
enum class WidthClass : std::uint8_t { kAny = 0, kByte = 1, kHalf = 2, kWord = 3, kVector = 4 };
[[nodiscard]] constexpr WidthClass width_class(unsigned bits) {
  if (bits == 0) return WidthClass::kAny;
  if (bits <= 8) return WidthClass::kByte;
  if (bits <= 16) return WidthClass::kHalf;
  return bits <= 80 ? WidthClass::kWord : WidthClass::kVector;
}

/// Numbers of at most 32 bits as signed 32-bit ones: 0xffffffff is -1 for most code, and compilers write it either way.
[[nodiscard]] constexpr std::int64_t plain_number(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return bits >> 32U == 0 ? static_cast<std::int64_t>(static_cast<std::int32_t>(bits)) : value;
}

/// A number that the code computes with. 0 and 1 say nothing and are left out.
void add_constant(FeatureSink& sink, std::int64_t value);
/// A field access through a pointer: offset, width class, direction.
void add_field(FeatureSink& sink, std::int64_t offset, WidthClass width, bool store);
/// A string, constant data, or nothing, by what `address` means.
void add_reference(FeatureSink& sink, const ImageFacts& facts, VirtualAddress address);
/// Import names in the order of the calls: each name, and each pair of neighbours.
void add_imports(FeatureSink& sink, const ImageFacts& facts, const Function& function);

/// Strings that stand within kTableReach pointers of a function's address in a table of pointers (method tables,
/// lists of commands): the name under which the program itself knows the function.
class PointerTables {
 public:
  explicit PointerTables(const ImageFacts& facts);
  /// Hashes of the strings, by descending nearness in address order; empty for most functions.
  [[nodiscard]] std::span<const VirtualAddress> strings_of(std::uint32_t function) const;

 private:
  std::vector<std::pair<std::uint32_t, VirtualAddress>> found_;  ///< (function, string), ascending.
  std::vector<VirtualAddress> strings_;
};

/// Pointers away from the function's own in both directions: {name, function} and {function, name} pairs, with one
/// member between.
constexpr int kTableReach = 2;
/// Pointers looked at: 4 million are 32 MB of tables, ten times those of the largest honest programs.
constexpr std::size_t kMaxTablePointers = 4'000'000;

void add_pointer_tables(FeatureSink& sink, const ImageFacts& facts, const PointerTables& tables, std::uint32_t function);

}  // namespace prova
