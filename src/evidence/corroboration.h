#pragma once
// "Confirmed by other independent sources" is a property of the evidence, not an opinion: it is computed.

#include "evidence/case.h"

namespace prova {

/// Independent roots that make a fact "confirmed": the Admiralty code's 1 asks for *other* sources, so two.
constexpr std::size_t kRootsToConfirm = 2;
/// A day after every other: everything written in the case is known.
constexpr Day kEndOfTime = Day::max();

/// How many independent pools of roots stand behind the fact of each item on a day, parallel to the evidence: its own,
/// and those of items that confirm it or that it confirms, as far as they were known by then, are no echoes and were
/// not disproved. O(items + links), apart from sorting.
[[nodiscard]] std::vector<std::size_t> independent_roots(const Case& input, Day day);

/// The credibility that counts on a day, parallel to the evidence. A typed 1 without two independent roots counts as 2
/// (probably true), unless its kind is tested in the open; a 2 that is linked by `confirms` and has two independent roots counts as 1; anything else stands,
/// because doubts (3 to 6) are not settled by a count.
[[nodiscard]] std::vector<int> computed_credibility(const Case& input, Day day);

/// The case with the credibility of every item as computed for the day.
[[nodiscard]] Case with_computed_credibility(const Case& input, Day day);

}  // namespace prova
