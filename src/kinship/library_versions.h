#pragma once
// Which version of a library a program contains, where several were learned.

#include <vector>

#include "kinship/explain.h"

namespace prova {

/// Fills FamilyResult::version of every library family that has samples with versions, and adds a sentence of evidence.
/// Each function that the library explains votes for the versions whose match is the best one, or within
/// kVersionTie of its similarity; the versions with most votes fit best. "1.2.11 to 1.2.13" when several do and none
/// learned between them does not, else "1.2.11 or 1.2.13". Deterministic.
void name_library_versions(const std::vector<PairedSample>& paired, const std::vector<Verdict>& verdicts,
                           std::vector<FamilyResult>& families);

/// Similarities closer than this are one: builds of one version by two compilers differ by more.
constexpr double kVersionTie = 0.005;

/// True when version `a` comes before `b`: numbers by value, everything else as text ("1.2.9" < "1.2.11" < "1.3").
[[nodiscard]] bool version_before(std::string_view a, std::string_view b);

}  // namespace prova
