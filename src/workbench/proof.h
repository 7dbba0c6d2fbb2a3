#pragma once
// The use cases around recovery and proof.

#include <map>
#include <string>

#include "content/proof/proof.h"
#include "content/recover/recover.h"
#include "workbench/damage.h"

namespace prova {

/// Writes the proof bundle of an assessment. Errors: kIo.
[[nodiscard]] Status write_proof(const DamageOutcome& outcome, const std::string& path);

/// `prova/recover/1`.
[[nodiscard]] std::string recover_document(const DamageOutcome& outcome, const RecoverReport& report);
/// `prova/recover/1` with `kind` "checked".
[[nodiscard]] std::string checked_document(const Inventory& inventory, const OutputCheck& check);
/// `prova/proof/1`'s check: `prova/proof-check/1`.
[[nodiscard]] std::string proof_document(const ProofCheck& check, const std::string& path);

/// "0=/mnt/disk.img" as source 0. Errors: kUsage.
[[nodiscard]] Result<std::map<std::uint32_t, std::string>> numbered_sources(const std::vector<std::string>& given);

}  // namespace prova
