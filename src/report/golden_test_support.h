#pragma once
// Golden files of this layer: tests/cases/report/NAME holds what a writer is expected to give, byte for byte.
// Regenerate them all with `PROVA_UPDATE_GOLDEN=1 build/release/src/report/report_test`, then read the diff.

#include <string>

namespace prova::report {

/// Fails the running test unless tests/cases/report/NAME holds exactly `actual`, naming the first line that differs.
/// With PROVA_UPDATE_GOLDEN set, writes the file instead.
void expect_golden(const std::string& name, const std::string& actual);

}  // namespace prova::report
