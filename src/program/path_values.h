#pragma once
// What registers hold along one straight path of code, as linear forms over unknowns and loads. Just enough to see
// where an indirect jump leads: `jmp [table + 8*i]`, `base + load32(table + 4*i)`, `jmp [slot]`.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "disasm/decoder.h"

namespace prova {

/// constant + multiplier * term; `term` is an index into PathValues::terms, -1 for a plain constant.
struct LinearValue {
  std::int64_t constant = 0;
  std::int64_t multiplier = 0;
  std::int32_t term = -1;
  [[nodiscard]] bool is_constant() const { return term < 0; }
  friend bool operator==(const LinearValue&, const LinearValue&) = default;
};

/// An unknown: what a register or stack slot held, or what was loaded from memory.
struct PathTerm {
  bool is_load = false;
  LinearValue address;        ///< is_load: where from.
  std::uint8_t size = 0;      ///< is_load: bytes.
  bool sign_extended = false; ///< is_load.
  std::optional<std::int64_t> low, high;  ///< Inclusive bounds that the path implies.
};

/// Whether `mov r, 7` makes r known. Code that is entered with a known case number (`state = HEAD; for (;;) switch (state)`)
/// would seem to have one case only: the jumps back to the switch are behind the table that is looked for.
enum class Immediates : bool { kKnown, kUnknown };

/// Evaluates instructions one after the other. All arithmetic is modulo 2^64.
class PathValues {
 public:
  PathValues(const BinaryImage& image, const Decoder& decoder, Immediates immediates = Immediates::kKnown)
      : image_(image), decoder_(decoder), immediates_(immediates) {}

  void step(const Instruction& instruction);
  /// The path goes on behind a conditional jump: where it was taken or not. Tightens the bounds that it implies.
  void branch(Condition condition, bool taken);
  /// Forgets everything but general registers that hold constants.
  void keep_constants();
  /// Where a kIndirectJump or kIndirectCall leads: the value of its operand.
  [[nodiscard]] LinearValue target_of(const Instruction& jump);
  [[nodiscard]] const PathTerm& term(std::int32_t id) const { return terms_[static_cast<std::size_t>(id)]; }

 private:
  using SlotKey = std::pair<unsigned, std::int64_t>;  ///< Base register, displacement.

  [[nodiscard]] LinearValue fresh();
  [[nodiscard]] LinearValue read(const Operand& operand, const Instruction& instruction, bool sign_extended);
  [[nodiscard]] LinearValue read_register(const Register& reg);
  [[nodiscard]] LinearValue address_of(const Operand& memory, const Instruction& instruction);
  [[nodiscard]] LinearValue load(const LinearValue& address, unsigned bytes, bool sign_extended);
  [[nodiscard]] LinearValue sum(const LinearValue& a, const LinearValue& b);
  [[nodiscard]] LinearValue shifted_operand(const Operand& operand, const Instruction& instruction);
  [[nodiscard]] LinearValue bit_field(const Instruction& instruction);
  void write(const Operand& operand, const LinearValue& value);
  void step_arithmetic(const Instruction& instruction, const std::string& name);
  void step_logic(const Instruction& instruction, const std::string& name);
  void compare(const LinearValue& left, const LinearValue& right);
  void forget_call_clobbered();
  void extend_accumulator();
  void forget_written(const Instruction& instruction);

  [[nodiscard]] std::optional<std::int64_t> literal(const LinearValue& address, unsigned bytes) const;

  const BinaryImage& image_;
  const Decoder& decoder_;
  Immediates immediates_;
  std::vector<PathTerm> terms_;
  std::map<unsigned, LinearValue> registers_;
  std::map<SlotKey, LinearValue> slots_;
  struct Comparison { LinearValue left; std::int64_t right; };
  std::optional<Comparison> comparison_;
};

}  // namespace prova
