#pragma once
// What we measure on a function before any weighting: a set of 64-bit feature hashes, each from one family.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "program/program.h"

namespace prova {

/// Where a feature comes from. Numbers are part of the fingerprint scheme: never reuse one.
enum class FeatureFamily : std::uint8_t {
  kConstant = 1,      ///< A number that the code computes with.
  kString = 2,        ///< A string that it refers to.
  kData = 3,          ///< The first bytes of constant data that it refers to.
  kImport = 4,        ///< A library function that it calls, by name, and pairs of these in order.
  kField = 5,         ///< Offset, width and direction of an access through a pointer.
  kStore = 6,         ///< Address and value of a store.
  kBranch = 7,        ///< What a branch decides on.
  kCallArgument = 8,  ///< Position and value of an argument.
  kReturnValue = 9,
  kDataflow = 10,     ///< Neighbourhood of a computed value.
  kBlock = 11,        ///< Sequences of effects within and between blocks.
  kControlFlow = 12,  ///< Block degrees, loop depths.
  kPointerTable = 13, ///< Strings beside the function's address in a table of pointers.
  kOpcode = 14,       ///< Runs of instruction classes: tied to machine and compiler.
};
constexpr std::size_t kFeatureFamilies = 16;
[[nodiscard]] std::string_view name_of(FeatureFamily family);

/// A binary feature: present or not. Counts enter as levels (present at least 1, 2, 3, 5, 9, 17 times), each a hash
/// of its own.
struct Feature {
  std::uint64_t hash = 0;
  FeatureFamily family = FeatureFamily::kConstant;
  friend bool operator==(const Feature&, const Feature&) = default;
};

struct FunctionFeatures {
  /// Hash of the instructions with every address and every displacement into the image masked: equal for the same
  /// code at another place. 0 for functions of fewer than kMinExactInstructions instructions.
  std::uint64_t exact_hash = 0;
  std::vector<Feature> features;  ///< Ascending by hash, no repeats.
  std::uint32_t blocks = 0;
  std::uint32_t instructions = 0;
  std::uint32_t bytes = 0;
};

/// Shorter functions are equal by chance too often for an exact hash to mean anything.
constexpr std::uint32_t kMinExactInstructions = 6;

/// Readable form of the features that have one ("constant 0x9e3779b9", "string \"ntds.dit\"", "import CreateFileW"),
/// by hash. Untrusted text: escape before printing.
using FeatureLabels = std::unordered_map<std::uint64_t, std::string>;

/// Features of every function, parallel to `program.functions` (thunks and PLT stubs get none). The result does not
/// depend on `threads`. `labels`, when given, is filled. Errors: kUnsupported (no decoder).
[[nodiscard]] Result<std::vector<FunctionFeatures>> extract_features(const Program& program, unsigned threads = 1,
                                                                     FeatureLabels* labels = nullptr);

}  // namespace prova
