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

/// Redacts a bundle: `keep` is a file with one path per line that stays disclosed (a directory ends with '/'). Errors: kUsage (`output` exists, another
/// key); kMalformed; kIo.
[[nodiscard]] Result<RedactedProof> redact_proof(const std::string& bundle, const std::string& keep, const std::string& key, const std::string& output);
/// `prova/proof-redacted/1`.
[[nodiscard]] std::string redacted_document(const RedactedProof& redacted, const std::string& output);

/// "0=/mnt/disk.img" as source 0. Errors: kUsage.
[[nodiscard]] Result<std::map<std::uint32_t, std::string>> numbered_sources(const std::vector<std::string>& given);

}  // namespace prova
