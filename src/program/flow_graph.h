#pragma once
// The control flow of a whole image, before it is cut into functions. Every instruction is decoded once; whether
// code returns is a property of this graph, not of functions, so nothing has to be guessed about their ends.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "binary/binary_image.h"
#include "disasm/decoder.h"
#include "program/code_map.h"
#include "program/program.h"

namespace prova {

constexpr std::uint32_t kNoRun = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kNoImport = std::numeric_limits<std::uint32_t>::max();

/// Instructions executed one after the other, up to and including the first that jumps, calls, returns or traps, or
/// up to one that belongs to an earlier run. May be entered in the middle: from there on it does the same.
struct Run {
  enum class End : std::uint8_t {
    kInstruction,  ///< Ends as its last instruction says (`flow`).
    kMerge,        ///< The next instruction belongs to another run.
    kBroken,       ///< The next bytes are no instruction, or not there.
  };
  CodeIndex begin = 0, end = 0;
  CodeIndex last = 0;                ///< Its last instruction.
  std::uint32_t instructions = 0;
  Flow flow = Flow::kNext;           ///< Of the last instruction; meaningful for End::kInstruction.
  End how = End::kBroken;
  bool switches_stack = false;       ///< Leaves on another stack: see StackSwitch.
  bool returns = false;              ///< Control can leave the function from here, back to its caller.
  bool continues = false;            ///< After a call: the callee returns, so the next instruction is reached.
  bool self_call = false;            ///< `call next; next: pop`: reads the program counter, calls nothing.
  bool unresolved = false;           ///< An indirect jump whose targets are not known.
  bool capped = false;               ///< A jump table of which only the first entries were followed.
  bool conditional = false;          ///< AArch32: a return, call, trap or indirect jump that may not happen.
  bool thumb = false;                ///< AArch32: Thumb code.
  CodeIndex target = kNowhere;       ///< Direct jump or call, when it leads to code of this image.
  std::uint32_t import = kNoImport;  ///< Jump or call through an import's slot, or to its stand-in.
  std::uint32_t targets_begin = 0, targets_end = 0;  ///< Jump table: range in FlowGraph::table_targets.
  std::uint32_t from = kNoRun;       ///< The run from which this one was first reached, within a function.
  /// Control may run on from its end into the next byte.
  [[nodiscard]] bool falls_through() const {
    return how == End::kMerge || continues || self_call ||
           (how == End::kInstruction && (flow == Flow::kConditionalJump || conditional));
  }
};

/// What is known of a byte of code.
enum ByteFact : std::uint8_t {
  kDecoded = 1,     ///< Part of an instruction that control reaches.
  kTableByte = 2,   ///< Part of a jump table or address table.
  kPaddingByte = 4, ///< Filler between functions.
  kCalled = 8,      ///< A call leads here.
  kJumpedTo = 16,   ///< A direct jump leads here.
  kPointedTo = 32,  ///< Its address is taken: by a relocation, by a word of data, or by an instruction.
  kThumbCode = 64,  ///< AArch32: an instruction here is Thumb; without this and the next, see code_states.h.
  kA32Code = 128,   ///< AArch32: an instruction here is A32.
};

/// Work on indirect jumps, in instructions evaluated, bytes scanned / 16 and table entries read: at most this many per
/// code byte over the whole image, plus slack for tiny ones. Real programs need less than one; code made of nothing
/// but indirect jumps would need thousands.
constexpr std::uint64_t kJumpWorkPerCodeByte = 4;
constexpr std::uint64_t kJumpWorkSlack = 1'000'000;
/// Work that an entry of a table costs: it stays in memory, 28 bytes of it.
constexpr std::uint64_t kTableEntryWork = 8;
/// At most one run per so many code bytes, and a number of them for free. Compiled code has one per 12 to 20 bytes;
/// code of nothing but two-byte jumps would need 60 bytes of memory for each of its own.
constexpr std::uint64_t kLeastBytesPerRun = 4;
constexpr std::uint64_t kFreeRuns = 65'536;

/// A place that code takes the address of.
struct AddressTaken {
  CodeIndex at = 0;      ///< The instruction that does.
  CodeIndex target = 0;  ///< Where it points.
};

/// Where an indirect jump leads, when that could be found out.
struct IndirectTarget {
  std::vector<CodeIndex> targets;       ///< Ascending, without repeats; empty when not resolved.
  std::uint32_t import = kNoImport;     ///< The jump goes through this import's slot.
  std::optional<VirtualAddress> table;  ///< Where the entries lie, and how many bytes they take.
  std::uint64_t table_size = 0;
  bool capped = false;                  ///< The table has more than max_jump_table_entries.
};

/// Explores control flow from a growing set of starts.
/// Invariant between calls: every byte is the first of at most one instruction, so time is O(code bytes) in total,
/// whatever the code looks like. Refers to everything it was made from.
class FlowGraph {
 public:
  FlowGraph(const BinaryImage& image, Decoder& decoder, const CodeMap& code, const DiscoveryLimits& limits);

  /// Says that a function starts at `index`, for `reason`; the stronger reason is kept. Explored by `explore`.
  void add_start(CodeIndex index, StartReason reason);
  /// Says that `index` is code, though no function starts there. Explored by `explore`.
  void follow(CodeIndex index) { pending_.push_back({index, kNoRun, false}); }
  /// Takes a start back: it has turned out to be a part of another function. Its code stays explored.
  void remove_start(CodeIndex index) { start_reason_[index] = 0; }
  /// The code that a pointer leads to; kNowhere when none can lie there. AArch32: bit 0 of a pointer says Thumb, and
  /// the first such pointer to a byte decides.
  CodeIndex code_at(VirtualAddress pointer);
  /// AArch32: says which state code at `index` is in, unless that is known.
  void set_state(CodeIndex index, bool thumb);
  /// AArch32: the state of the instruction at `index`, known or guessed. False for every other machine.
  [[nodiscard]] bool is_thumb(CodeIndex index) const;
  /// The address of an instruction as the decoder wants it.
  [[nodiscard]] VirtualAddress decoder_address(CodeIndex index) const {
    return code_.address_of(index) + (is_thumb(index) ? 1U : 0U);
  }
  /// Follows control flow until nothing is left to do. Deterministic.
  void explore();
  /// Says where an indirect jump leads; followed by the next `explore`. Does nothing when `found` is empty.
  void set_indirect_target(std::uint32_t run, const IndirectTarget& found);
  void add_fact(CodeIndex begin, std::uint64_t size, ByteFact fact);

  [[nodiscard]] bool is_start(CodeIndex index) const { return start_reason_[index] != 0; }
  [[nodiscard]] StartReason reason_of(CodeIndex start) const { return static_cast<StartReason>(start_reason_[start] - 1); }
  /// A start that a table of the file declares, as opposed to one that code led to.
  [[nodiscard]] bool is_declared(CodeIndex index) const {
    return is_start(index) && reason_of(index) <= StartReason::kExport;
  }
  /// All starts, ascending. O(code bytes).
  [[nodiscard]] std::vector<CodeIndex> starts() const;
  [[nodiscard]] bool has(CodeIndex index, ByteFact fact) const { return (facts_[index] & fact) != 0; }
  [[nodiscard]] bool is_known(CodeIndex index) const { return (facts_[index] & (kDecoded | kTableByte | kPaddingByte)) != 0; }
  /// The run that holds the instruction that starts at `index`; kNoRun when none does.
  [[nodiscard]] std::uint32_t run_at(CodeIndex index) const { return owner_[index]; }
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  /// True when code was left out because there is more control flow than kLeastBytesPerRun allows.
  [[nodiscard]] bool capped() const { return capped_; }
  [[nodiscard]] const Run& run(std::uint32_t id) const { return runs_[id]; }
  [[nodiscard]] std::span<const CodeIndex> table_targets(const Run& run) const {
    return std::span(table_targets_).subspan(run.targets_begin, run.targets_end - run.targets_begin);
  }
  /// A resolved jump table leads to `index`: where data holds its address, it is as a part of that table.
  [[nodiscard]] bool is_case(CodeIndex index) const { return is_case_[index]; }
  [[nodiscard]] const std::vector<AddressTaken>& addresses_taken() const { return addresses_taken_; }
  [[nodiscard]] const CodeMap& code() const { return code_; }
  [[nodiscard]] const BinaryImage& image() const { return image_; }
  [[nodiscard]] const DiscoveryLimits& limits() const { return limits_; }
  [[nodiscard]] Decoder& decoder() const { return decoder_; }

  /// Takes `amount` from what may be spent on indirect jumps. False when nothing is left: stop looking.
  [[nodiscard]] bool spend(std::uint64_t amount) const {
    jump_work_left_ -= std::min(amount, jump_work_left_);
    return jump_work_left_ != 0;
  }

  /// Decodes the instruction at `index`, whether reached or not.
  [[nodiscard]] bool decode_at(CodeIndex index, Instruction& out) const;
  /// The instruction before `index` in its run, or kNowhere. O(15).
  [[nodiscard]] CodeIndex previous_in_run(CodeIndex index) const;

 private:
  struct Pending { CodeIndex target; std::uint32_t from; bool is_call; };
  [[nodiscard]] bool is_arm32() const { return image_.arch == Arch::kArm; }
  void run_on(std::uint32_t id);
  [[nodiscard]] bool function_begins_behind(CodeIndex call_end) const;
  void note_arm64_address(const Instruction& instruction, CodeIndex at);
  void note_arm32_address(const Instruction& instruction, CodeIndex at);
  void note_address(VirtualAddress address, CodeIndex at);
  struct Link { std::uint32_t run; std::uint32_t next; bool is_call; };

  void reach(const Pending& pending);
  std::uint32_t decode_run(CodeIndex begin, std::uint32_t from);
  void note_references(const Instruction& instruction, CodeIndex at);
  void finish_run(std::uint32_t id, const Instruction& last);
  void finish_call(std::uint32_t id, const Instruction& last);
  void finish_indirect_jump(std::uint32_t id, const Instruction& last);
  void continue_after_call(std::uint32_t id);
  void mark_returning(std::uint32_t id);
  [[nodiscard]] std::uint32_t import_of(const Instruction& instruction) const;
  [[nodiscard]] bool import_returns(std::uint32_t import) const;

  const BinaryImage& image_;
  Decoder& decoder_;
  const CodeMap& code_;
  const DiscoveryLimits limits_;
  std::vector<Run> runs_;
  std::vector<std::uint32_t> owner_;        ///< Per byte: run whose instruction starts there.
  std::vector<std::uint8_t> facts_;         ///< Per byte: ByteFact bits.
  std::vector<std::uint8_t> start_reason_;  ///< Per byte: 0, or 1 + StartReason.
  std::vector<CodeIndex> table_targets_;
  std::vector<bool> is_case_;               ///< Per byte.
  std::vector<AddressTaken> addresses_taken_;
  std::vector<Pending> pending_;            ///< A stack.
  std::vector<CodeIndex> new_starts_;
  std::vector<Link> links_;                 ///< Who waits for a run to be known as returning.
  std::vector<std::uint32_t> first_link_;   ///< Per run, into links_.
  std::vector<std::uint32_t> returning_;    ///< Work list of mark_returning.
  std::uint64_t max_runs_;
  bool capped_ = false;
  mutable std::uint64_t jump_work_left_;    ///< See kJumpWorkPerCodeByte.
  /// Addresses under construction in the run being decoded, per register: results of adrp; on AArch32 of movw and movt
  /// and of literals.
  std::array<std::optional<VirtualAddress>, 32> pages_{};
};

}  // namespace prova
