#pragma once
// Hand-built inputs shared by the tests of this layer.

#include <string>

#include "kinship/match_report.h"
#include "report/case_report.h"

namespace prova::report {

/// A string that would do harm in a terminal, in HTML, in JSON and in an attribute, and is not valid UTF-8.
inline const std::string kHostile = "\x1b[31m<script>alert('\"&')</script>\xff\xe2\x80\xae\n";

/// A sample of five functions: one only in family "Older Tool", one shared by two families, one of a library, one of
/// ordinary software, one new. The sample carries a toolmark that contradicts its code.
[[nodiscard]] MatchReport small_match_report();

/// `small_match_report` with every text field replaced by kHostile.
[[nodiscard]] MatchReport hostile_match_report();

/// A whole case: three questions (one answered, one not separable, one not assessed), five items of evidence of which
/// one rests on kinship and one is an echo, four days, two artefacts (one a stand-in, one that could not be read),
/// and a custody log with one finding.
[[nodiscard]] CaseReport small_case_report();

/// `small_case_report` with every text that comes from a case, an artefact or a log replaced by kHostile.
[[nodiscard]] CaseReport hostile_case_report();

}  // namespace prova::report
