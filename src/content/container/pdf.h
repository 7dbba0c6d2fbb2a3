#pragma once
// The text of PDF files, read by poppler. Runs in the extraction child.

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

/// A PDF of more pages is read up to here; the largest public record runs to some ten thousand.
constexpr int kMaxPdfPages = 50'000;
/// Text beyond this is cut: kMaxTextBytes is far above, but no report is as long.
constexpr std::size_t kMaxPdfText = 256 << 20;

/// The pages' text in the order of their content streams, a form feed after each page. UTF-8.
/// Errors: kMalformed; kUnsupported when a password is needed.
[[nodiscard]] Result<std::string> pdf_text(ByteView bytes);

}  // namespace prova
