#include "workbench/documents.h"

#include <nlohmann/json.hpp>

#include "base/escape.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

Json text(std::string_view value) { return valid_utf8(value); }
Json text_or_null(std::string_view value) { return value.empty() ? Json(nullptr) : text(value); }

std::string finished(const Json& document) { return document.dump(2) + "\n"; }

Json failed_inputs(std::span<const FailedInput> failed) {
  Json list = Json::array();
  for (const FailedInput& one : failed) {
    list.push_back(Json{{"path", text(one.path)},
                        {"error", name_of(one.error.code)},
                        {"offset", one.error.offset ? Json(raw(*one.error.offset)) : Json(nullptr)},
                        {"message", text(one.error.message)}});
  }
  return list;
}

Json index_kind(std::string_view kind) { return Json{{"schema", "prova/index/1"}, {"kind", kind}}; }

}  // namespace

std::string learn_document(const LearnOutcome& outcome, const LearnOptions& options) {
  Json learned = Json::array();
  for (const LearnedFile& file : outcome.learned) {
    Json defects = Json::array();
    for (const Defect& defect : file.defects) {
      defects.push_back(Json{{"offset", raw(defect.offset)}, {"message", text(defect.message)}});
    }
    learned.push_back(Json{{"path", text(file.path)},
                           {"sha256", file.sha256},
                           {"programs", file.programs},
                           {"functions", file.functions},
                           {"defects", std::move(defects)}});
  }
  return finished(Json{{"schema", "prova/learn/1"},
                       {"family", text(options.family)},
                       {"role", name_of(options.role)},
                       {"samples", outcome.samples},
                       {"functions", outcome.functions},
                       {"skipped", outcome.skipped},
                       {"interrupted", outcome.interrupted},
                       {"learned", std::move(learned)},
                       {"failed", failed_inputs(outcome.failed)}});
}

std::string info_document(const StoreInfo& info) {
  Json document = index_kind("info");
  document.update(Json{{"location", text(info.location)},
                       {"scheme", info.scheme},
                       {"samples", info.samples},
                       {"functions", info.functions},
                       {"families", info.families},
                       {"segments", info.segments},
                       {"bytes_on_disk", info.bytes_on_disk == 0 ? Json(nullptr) : Json(info.bytes_on_disk)}});
  return finished(document);
}

std::string families_document(std::span<const FamilySummary> families) {
  Json list = Json::array();
  for (const FamilySummary& one : families) {
    Json actors = Json::array();
    for (const std::string& actor : one.actors) actors.push_back(text(actor));
    list.push_back(Json{{"family", text(one.family)},
                        {"role", name_of(one.role)},
                        {"actors", std::move(actors)},
                        {"samples", one.samples},
                        {"code_bytes", one.code_bytes},
                        {"first_seen", text_or_null(one.first_seen)}});
  }
  Json document = index_kind("families");
  document["families"] = std::move(list);
  return finished(document);
}

std::string samples_document(std::span<const std::pair<SampleId, SampleRecord>> samples) {
  Json list = Json::array();
  for (const auto& [id, record] : samples) {
    list.push_back(Json{{"id", raw(id)},
                        {"sha256", to_hex(record.sha256)},
                        {"member", text_or_null(record.member)},
                        {"name", text(record.name)},
                        {"family", text(record.family)},
                        {"actor", text_or_null(record.actor)},
                        {"role", name_of(record.role)},
                        {"version", text_or_null(record.version)},
                        {"first_seen", text_or_null(record.first_seen)},
                        {"format", name_of(record.format)},
                        {"arch", name_of(record.arch)},
                        {"bits", record.bits},
                        {"size", record.size},
                        {"code_bytes", record.code_bytes}});
  }
  Json document = index_kind("samples");
  document["samples"] = std::move(list);
  return finished(document);
}

std::string verify_document(const VerifyReport& report) {
  Json problems = Json::array();
  for (const std::string& problem : report.problems) problems.push_back(text(problem));
  Json document = index_kind("verify");
  document.update(Json{{"clean", report.problems.empty()},
                       {"samples", report.samples},
                       {"functions", report.functions},
                       {"bytes_read", report.bytes_read},
                       {"problems", std::move(problems)}});
  return finished(document);
}

std::string removed_document(std::uint64_t samples) {
  Json document = index_kind("removed");
  document["samples"] = samples;
  return finished(document);
}

std::string exported_document(const ExportSummary& written, const std::string& file, const ExportRequest& request) {
  Json document = index_kind("exported");
  document["file"] = text(file);
  document["scheme"] = kFingerprintScheme;
  document["names"] = request.names;
  document["samples"] = written.samples;
  document["functions"] = written.functions;
  document["bytes"] = written.bytes;
  return finished(document);
}

std::string imported_document(const ImportOutcome& outcome) {
  Json document = index_kind("imported");
  document["files"] = outcome.files;
  document["added"] = outcome.added;
  document["replaced"] = outcome.replaced;
  document["unchanged"] = outcome.unchanged;
  document["functions"] = outcome.functions;
  return finished(document);
}

std::string starter_document(const StarterOutcome& outcome) {
  Json learned = Json::array();
  for (const StarterOutcome::Learned& one : outcome.learned) {
    learned.push_back(Json{{"family", one.family}, {"version", text(one.version)}, {"package", one.package}, {"files", one.files},
                           {"samples", one.samples}, {"functions", one.functions}, {"skipped", one.skipped}});
  }
  Json missing = Json::array();
  for (const StarterOutcome::Missing& one : outcome.missing) {
    missing.push_back(Json{{"family", one.family}, {"packages", one.suggestion}});
  }
  Json document = index_kind("starter");
  document["learned"] = std::move(learned);
  document["missing"] = std::move(missing);
  document["failed"] = failed_inputs(outcome.failed);
  document["interrupted"] = outcome.interrupted;
  return finished(document);
}

std::string initialised_document(const std::string& url, std::span<const std::string> shards) {
  Json document = index_kind("initialised");
  document["location"] = text(url);
  document["shards"] = Json::array();
  for (const std::string& shard : shards) document["shards"].push_back(text(shard));
  return finished(document);
}

std::string granted_document(const CompartmentGrant& grant) {
  Json document = index_kind("granted");
  document["compartment"] = text(grant.compartment);
  document["role"] = text(grant.role);
  document["reads"] = !grant.revoke;
  document["writes"] = !grant.revoke && grant.may_write;
  return finished(document);
}

std::string queued_document(const QueueOutcome& outcome, const LearnOptions& options) {
  Json document = index_kind("queued");
  document["family"] = text(options.family);
  document["role"] = name_of(options.role);
  document["queued"] = outcome.queued;
  document["waiting_already"] = outcome.waiting_already;
  document["failed"] = failed_inputs(outcome.failed);
  return finished(document);
}

std::string queue_document(const QueueCounts& counts, std::span<const std::pair<std::string, std::string>> set_aside) {
  Json document = index_kind("queue");
  document["waiting"] = counts.waiting;
  document["learned"] = counts.learned;
  document["known"] = counts.known;
  document["set_aside"] = counts.set_aside;
  document["files_set_aside"] = Json::array();
  for (const auto& [path, reason] : set_aside) document["files_set_aside"].push_back(Json{{"path", text(path)}, {"reason", text(reason)}});
  return finished(document);
}

std::string worker_document(const WorkerOutcome& outcome) {
  Json document = index_kind("worker");
  document["learned"] = outcome.learned;
  document["known"] = outcome.known;
  document["set_aside"] = outcome.set_aside;
  document["left_for_later"] = outcome.again;
  document["samples"] = outcome.samples;
  document["functions"] = outcome.functions;
  document["interrupted"] = outcome.interrupted;
  return finished(document);
}

std::string servers_document(const IndexServers& servers) {
  Json document = index_kind("servers");
  document["servers"] = Json::array();
  for (const IndexServer& one : servers.servers) {
    document["servers"].push_back(Json{{"shard", one.shard ? Json(*one.shard) : Json(nullptr)}, {"url", text(one.url)}, {"partitions", one.partitions}});
  }
  document["unfinished"] = Json::array();
  for (const UnfinishedMove& one : servers.unfinished) {
    document["unfinished"].push_back(Json{{"partition", one.partition}, {"from", text(one.from)}, {"to", text(one.to)}, {"serves", text(one.swapped ? one.to : one.from)}});
  }
  return finished(document);
}

std::string moved_document(const MoveOutcome& outcome) {
  Json document = index_kind("moved");
  document["moved"] = Json::array();
  for (const MovedPartition& one : outcome.moved) {
    document["moved"].push_back(Json{{"partition", one.partition}, {"from", text(one.from)}, {"to", text(one.to)}});
  }
  document["rows"] = outcome.rows;
  document["tidied"] = outcome.tidied;
  document["interrupted"] = outcome.interrupted;
  return finished(document);
}

}  // namespace prova
