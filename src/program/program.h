#pragma once
// A program as functions, basic blocks and calls, found in a BinaryImage. Terms are those of the literature.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "binary/binary_image.h"
#include "disasm/decoder.h"

namespace prova {

/// A maximal run of instructions entered only at its begin and left only at its end. A block ends iff its last
/// instruction jumps, returns, traps, calls a function that does not return, or the next address begins another
/// block. A call does not end a block, unless it has a condition (AArch32).
struct BasicBlock {
  VirtualAddress begin{};
  std::uint32_t size = 0;          ///< Bytes.
  std::uint32_t instructions = 0;
  bool thumb = false;              ///< AArch32: Thumb code.
  std::vector<std::uint32_t> successors;  ///< Indices into Function::blocks; ascending, without repeats.
  /// `begin` as a decoder wants it: on AArch32 bit 0 says Thumb.
  [[nodiscard]] VirtualAddress code_address() const { return begin + (thumb ? 1U : 0U); }
  [[nodiscard]] VirtualAddress end() const { return begin + size; }
};

/// A direct, import or tail call. A jump that leaves the function is a tail call.
struct CallSite {
  VirtualAddress at{};
  std::optional<VirtualAddress> target;   ///< Start of the function called, when it lies in this image.
  std::optional<std::uint32_t> import;    ///< Index into BinaryImage::imports, also when reached through a thunk.
  bool tail = false;
};

enum class FunctionKind : std::uint8_t {
  kFunction,
  kThunk,  ///< Only jumps to another function or import.
  kPlt,    ///< A stub of the procedure linkage table.
};
[[nodiscard]] std::string_view name_of(FunctionKind kind);

/// Why we believe that a function starts here; the strongest reason wins, in this order.
enum class StartReason : std::uint8_t { kSymbol, kUnwind, kTable, kEntryPoint, kExport, kCallTarget, kTailCall, kPointer, kPrologue };
[[nodiscard]] std::string_view name_of(StartReason reason);

struct Function {
  VirtualAddress address{};
  std::uint64_t size = 0;               ///< Bytes in all blocks, cold parts included.
  FunctionKind kind = FunctionKind::kFunction;
  StartReason reason = StartReason::kPrologue;
  bool returns = true;                  ///< False when every path ends in a trap or a call that does not return.
  bool capped = false;                  ///< A cap was reached: blocks beyond it are missing.
  std::string name;                     ///< From symbols or exports; empty when there is none. Never used to match.
  std::vector<BasicBlock> blocks;       ///< Entry first, then ascending by address.
  std::vector<CallSite> calls;          ///< Ascending by `at`.
  std::uint32_t instructions = 0;
  std::optional<std::uint32_t> thunk_of;         ///< kThunk: index of the function it leads to.
  std::optional<std::uint32_t> import;           ///< kThunk, kPlt: index of the import it leads to.
};

/// Caps against hostile code: see docs/methods/function-discovery.md.
struct DiscoveryLimits {
  std::size_t max_functions = 2'000'000;
  std::size_t max_blocks_per_function = 100'000;
  std::size_t max_jump_table_entries = 4'096;
};

/// The result of function discovery. From here on no function is added.
/// Ownership: refers to `image`, which must outlive it. Thread safety: immutable.
struct Program {
  const BinaryImage* image = nullptr;
  std::vector<Function> functions;     ///< Ascending by address.
  std::vector<std::vector<std::uint32_t>> callees;  ///< Per function: indices of functions called; ascending, unique.
  std::vector<std::vector<std::uint32_t>> callers;  ///< The same edges backwards.
  std::vector<Defect> anomalies;       ///< Offsets are file offsets where the address maps to one.
  std::uint64_t code_bytes = 0;        ///< Bytes in executable sections.
  std::uint64_t covered_bytes = 0;     ///< Of these, bytes in blocks or recognised padding and tables.

  /// Index of the function that starts at `address`. O(log n).
  [[nodiscard]] std::optional<std::uint32_t> function_at(VirtualAddress address) const;
};

/// Finds functions, blocks and calls. Deterministic. Time O(code bytes · log functions); memory O(blocks).
/// Errors: kUnsupported (no decoder for this machine). Undecodable stretches become anomalies.
[[nodiscard]] Result<Program> discover(const BinaryImage& image, const DiscoveryLimits& limits = {});

/// Decodes a block's instructions in order and hands each to `visit`. Stops at the first undecodable byte.
void for_each_instruction(const BinaryImage& image, const BasicBlock& block, Decoder& decoder,
                          const std::function<void(const Instruction&)>& visit);

}  // namespace prova
