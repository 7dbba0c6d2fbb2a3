#pragma once
// The JSON documents of the use cases that look after the index. Formats: docs/formats/learn.md, docs/formats/index.md.

#include <span>
#include <string>

#include "kinship/fingerprint_store.h"
#include "workbench/index_admin.h"
#include "workbench/index_exchange.h"
#include "workbench/learn.h"
#include "workbench/shared_index.h"
#include "workbench/starter_libraries.h"

namespace prova {

/// `prova/learn/1`
[[nodiscard]] std::string learn_document(const LearnOutcome& outcome, const LearnOptions& options);
/// `prova/index/1`, one kind per subcommand: `info`, `families`, `samples`, `verify`, `removed`,
/// `exported`, `imported`, `starter`.
[[nodiscard]] std::string info_document(const StoreInfo& info);
[[nodiscard]] std::string families_document(std::span<const FamilySummary> families);
[[nodiscard]] std::string samples_document(std::span<const std::pair<SampleId, SampleRecord>> samples);
[[nodiscard]] std::string verify_document(const VerifyReport& report);
[[nodiscard]] std::string removed_document(std::uint64_t samples);
[[nodiscard]] std::string exported_document(const ExportSummary& written, const std::string& file, const ExportRequest& request);
[[nodiscard]] std::string imported_document(const ImportOutcome& outcome);
[[nodiscard]] std::string starter_document(const StarterOutcome& outcome);
/// Of a shared index: `initialised`, `granted`, `queued`, `queue`, `worker`.
[[nodiscard]] std::string initialised_document(const std::string& url, std::span<const std::string> shards);
[[nodiscard]] std::string granted_document(const CompartmentGrant& grant);
[[nodiscard]] std::string queued_document(const QueueOutcome& outcome, const LearnOptions& options);
[[nodiscard]] std::string queue_document(const QueueCounts& counts, std::span<const std::pair<std::string, std::string>> set_aside);
[[nodiscard]] std::string worker_document(const WorkerOutcome& outcome);
[[nodiscard]] std::string servers_document(const IndexServers& servers);
[[nodiscard]] std::string moved_document(const MoveOutcome& outcome);

}  // namespace prova
