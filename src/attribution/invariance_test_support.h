#pragma once
// Random cases and the transformations that must not change an answer. For the tests of this folder.

#include <random>
#include <string>

#include "attribution/assess.h"

namespace prova::testing_support {

/// A valid case of a nation / direction / organ ladder with 3 to 30 items, drawn from `seed`: all kinds, several roots
/// and pools, items on two roots, disproofs, forgery proofs, echoes. Everything is known by 30 June 2022.
Case random_case(unsigned seed);

/// Questions, hypotheses, roots, items and lists in another order.
Case shuffled(Case input, std::mt19937& random);

EvidenceItem renamed(EvidenceItem item, std::string id);

/// For every item an echo of another kind and root that shouts what the item said.
Case with_loud_echoes(Case input);

/// Every item that nobody refers to and that refers to nobody is replaced by one item per statement; `repeat` keeps
/// every statement twice.
Case split_by_statement(const Case& input, bool repeat);

/// Probabilities, intervals, words, confidence and pool weights are equal bit for bit.
void expect_same_answers(const Case& a, const Case& b, Day day);

}  // namespace prova::testing_support
