#pragma once
// The JSON and the text of what the signatures of a dump's mail show. Parts of leak_document() and leak_text().

#include <nlohmann/json.hpp>

#include "content/leak/leak_report.h"

namespace prova {

/// `documents[].dkim` of `prova/leak/1`: null for what is no mail.
[[nodiscard]] nlohmann::ordered_json signatures_json(const LeakDocument& document);
/// `signatures` of `prova/leak/1`.
[[nodiscard]] nlohmann::ordered_json signature_totals_json(const LeakSignatures& signatures);
/// For a terminal; empty when no message carries a signature.
[[nodiscard]] std::string signature_section(const LeakReport& report);

}  // namespace prova
