#pragma once
// What the text and the page of `prova compare` share. Internal to report/.

#include "report/compare.h"

namespace prova::report {

/// Pairs of one kind, the ones that say most first.
[[nodiscard]] std::vector<FunctionPair> changed_first(const CompareReport& report);
/// Functions that only one side has, the largest first; ties by address.
[[nodiscard]] std::vector<std::uint32_t> largest_first(const ComparedSide& side, std::vector<std::uint32_t> functions);
/// Bytes of the functions together.
[[nodiscard]] std::uint64_t bytes_of(const ComparedSide& side, const std::vector<std::uint32_t>& functions);
[[nodiscard]] std::size_t identical_count(const ProgramComparison& comparison);
/// "87 %" of a whole; "0 %" of nothing.
[[nodiscard]] std::string share_of(std::uint64_t part, std::uint64_t whole);
/// One line of a listing: "mov eax, 1   ; \"text\"".
[[nodiscard]] std::string line_text(const ListedInstruction& instruction);
/// The instruction that a row shows on one side, or null.
[[nodiscard]] const ListedInstruction* shown_line(const Listing& listing, std::optional<std::uint32_t> block,
                                                  std::uint32_t instruction);
/// Everything that could not be compared, one sentence each.
[[nodiscard]] std::vector<std::string> not_compared(const CompareReport& report);

}  // namespace prova::report
