#include "workbench/index_exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <set>

namespace prova {
namespace {

using Identity = std::pair<Sha256, std::string>;

/// The samples that are meant, in the order of the file.
Result<std::map<Identity, SampleId>> choose(const FingerprintStore& store, const ExportRequest& request) {
  PROVA_TRY(samples, store.samples());
  std::set<std::string_view> wanted(request.families.begin(), request.families.end());
  std::set<std::string_view> missing = wanted;
  std::map<Identity, SampleId> chosen;
  for (const auto& [id, record] : samples) {
    missing.erase(record.family);
    if (wanted.empty() || wanted.contains(record.family)) chosen.emplace(Identity(record.sha256, record.member), id);
  }
  if (!missing.empty()) {
    return fail(ErrorCode::kNotFound, fmt::format("the index has no family {}; see `prova index families`", *missing.begin()));
  }
  if (chosen.empty()) return fail(ErrorCode::kNotFound, "the index has no sample to export");
  return chosen;
}

/// Reads files one after the other and hands out what the index does not have.
class Importer {
 public:
  Importer(const FingerprintStore& store, std::span<const std::string> files, const Progress& progress)
      : store_(store), files_(files), progress_(progress) {}

  Status learn_what_is_known() {
    PROVA_TRY(samples, store_.samples());
    for (const auto& [id, record] : samples) known_.emplace(Identity(record.sha256, record.member), id);
    return {};
  }

  /// As BatchSource.
  Result<std::vector<StoredSample>> next_batch() {
    std::vector<StoredSample> batch;
    std::uint64_t functions = 0;
    while (functions < kFunctionsPerImportBatch) {
      PROVA_TRY(sample, next_sample());
      if (!sample) break;
      PROVA_TRY(wanted, is_wanted(*sample));
      if (!wanted) continue;
      functions += sample->functions.size();
      batch.push_back(*std::move(sample));
    }
    outcome_.functions += functions;
    return batch;
  }

  [[nodiscard]] const ImportOutcome& outcome() const { return outcome_; }

 private:
  /// The next one of all files, or nothing after the last.
  Result<std::optional<StoredSample>> next_sample() {
    for (;;) {
      if (progress_.stop()) return fail(ErrorCode::kUsage, "interrupted: nothing was imported");
      if (!reader_) {
        if (outcome_.files == files_.size()) return std::optional<StoredSample>();
        PROVA_TRY(open_next());
      }
      progress_.at("Importing samples", outcome_.added + outcome_.replaced + outcome_.unchanged, 0);
      auto sample = reader_->next();
      if (!sample) return in_file(std::move(sample).error());
      if (*sample) return sample;
      reader_.reset();
      ++outcome_.files;
    }
  }

  Status open_next() {
    const std::string& name = files_[outcome_.files];
    file_ = std::ifstream(name, std::ios::binary);
    if (!file_) return in_file(Error{ErrorCode::kIo, "cannot open", std::nullopt, {}});
    auto reader = ExportReader::open(file_);
    if (!reader) return in_file(std::move(reader).error());
    reader_ = *std::move(reader);
    return {};
  }

  tl::unexpected<Error> in_file(Error error) const {
    error.file = files_[outcome_.files];
    return tl::unexpected<Error>(std::move(error));
  }

  Result<bool> is_wanted(const StoredSample& sample) {
    Identity identity(sample.record.sha256, sample.record.member);
    const auto known = known_.find(identity);
    if (known != known_.end()) {
      PROVA_TRY(stored, store_.sample(known->second));
      if (stored == sample || without_names(std::move(stored)) == sample) {
        ++outcome_.unchanged;
        return false;
      }
      replaced_.insert(std::move(identity));
      outcome_.replaced = replaced_.size();
    } else {
      added_.insert(std::move(identity));
      outcome_.added = added_.size();
    }
    return true;
  }

  const FingerprintStore& store_;
  std::span<const std::string> files_;
  const Progress& progress_;
  std::map<Identity, SampleId> known_;
  std::set<Identity> added_, replaced_;  ///< Counted once, in however many files they are.
  std::ifstream file_;
  std::optional<ExportReader> reader_;  ///< Of file_.
  ImportOutcome outcome_;
};

}  // namespace

Result<ExportSummary> export_index(const FingerprintStore& store, const ExportRequest& request,
                                   const std::filesystem::path& file, const Progress& progress) {
  PROVA_TRY(chosen, choose(store, request));
  PROVA_TRY(writer, ExportWriter::create(file));
  std::uint64_t done = 0;
  for (const auto& [identity, id] : chosen) {
    progress.at("Exporting samples", done++, chosen.size());
    if (progress.stop()) return fail(ErrorCode::kUsage, "interrupted: nothing was exported");
    PROVA_TRY(sample, store.sample(id));
    PROVA_TRY(writer.add(request.names ? sample : without_names(std::move(sample))));
  }
  return writer.finish();
}

Result<ImportOutcome> import_exports(FingerprintStore& store, std::span<const std::string> files, const Progress& progress) {
  Importer importer(store, files, progress);
  PROVA_TRY(importer.learn_what_is_known());
  PROVA_TRY(store.add_all([&] { return importer.next_batch(); }));
  return importer.outcome();
}

}  // namespace prova
