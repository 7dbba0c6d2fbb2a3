#include "content/leak/dump_file.h"

#include <algorithm>
#include <optional>

#include "base/file.h"
#include "base/hash.h"
#include "content/container/detect.h"
#include "content/leak/examine.h"
#include "content/text/normalise.h"

namespace prova {
namespace {

/// Archives and mailboxes have no verdict of their own: their documents have.
bool is_container(ContentFormat format) {
  return format == ContentFormat::kArchive || format == ContentFormat::kCompressed || format == ContentFormat::kMailbox || format == ContentFormat::kPst;
}

/// The verdict of every inventory, as one.
LeakDocument judge(const DumpDocument& document, std::span<const KnownContent* const> inventories) {
  std::optional<LeakDocument> judged;
  for (const KnownContent* known : inventories) {
    LeakDocument one = examine_document(document, *known);
    if (!judged) {
      judged = std::move(one);
      continue;
    }
    judged->verdict = std::min(judged->verdict, one.verdict);
    std::move(one.matches.begin(), one.matches.end(), std::back_inserter(judged->matches));
  }
  std::stable_sort(judged->matches.begin(), judged->matches.end(), [](const LeakMatch& a, const LeakMatch& b) { return a.level < b.level; });
  return *std::move(judged);
}

/// Takes items as they come. An office file waits for its parts, which follow it.
class DumpFileJudge {
 public:
  DumpFileJudge(ByteView file, std::span<const KnownContent* const> inventories, const DkimKeys& keys, DumpFileFindings& findings)
      : file_(file), inventories_(inventories), keys_(keys), findings_(findings) {}

  void take(ExtractedItem item) {
    if (item.kind == ItemKind::kComponent && waiting_ && item.parent == waiting_->id) {
      components_.push_back(sha256(as_bytes(item.bytes)));
      if (item.format == ContentFormat::kText || item.format == ContentFormat::kUnknown) return;
    }
    finish();
    waiting_ = std::move(item);
  }
  void finish() {
    if (!waiting_) return;
    const ByteView bytes = waiting_->kind == ItemKind::kFile ? file_ : as_bytes(waiting_->bytes);
    add(*waiting_, bytes);
    waiting_.reset();
    components_.clear();
  }

 private:
  void add(const ExtractedItem& item, ByteView bytes) {
    LeakDocument document = judge({item, bytes, components_}, inventories_);
    if (item.format == ContentFormat::kMail && !bytes.empty()) document.dkim = check_mail(as_text(bytes), keys_);
    if (is_container(item.format)) {
      ++findings_.coverage.containers;
      // A container is a document only when it is ours as it stands, or when more lies in it than its format admits.
      const bool zip = item.format == ContentFormat::kArchive && as_text(clamped(bytes, 0, 2)) == "PK";
      if (document.verdict == LeakVerdict::kNoTrace || (document.verdict != LeakVerdict::kIdentical && !zip)) return;
    }
    findings_.documents.push_back(std::move(document));
  }

  ByteView file_;
  std::span<const KnownContent* const> inventories_;
  const DkimKeys& keys_;
  DumpFileFindings& findings_;
  std::optional<ExtractedItem> waiting_;
  std::vector<Sha256> components_;
};

}  // namespace

Result<DumpFileFindings> judge_dump_file(const std::filesystem::path& path, const std::string& name, std::span<const KnownContent* const> inventories,
                                         const DkimKeys& keys, Extractor& extractor) {
  DumpFileFindings findings;
  const auto mapped = MappedFile::open(path);
  if (!mapped) {
    findings.coverage.unread.push_back({name, mapped.error().message});
    return findings;
  }
  findings.coverage.files = 1;
  findings.coverage.bytes = mapped->bytes().size();
  ExtractedItem self;
  self.path = name;
  self.format = detect_format(mapped->bytes());
  if (!needs_extraction(self.format)) {
    if (self.format == ContentFormat::kText) self.text = utf16_to_utf8(mapped->bytes());
    findings.documents.push_back(judge({self, mapped->bytes(), {}}, inventories));
    return findings;
  }
  DumpFileJudge judged(mapped->bytes(), inventories, keys, findings);
  PROVA_TRY(extractor.extract(path, name, {[&](ExtractedItem item) { judged.take(std::move(item)); },
                                           [&](ExtractionDefect defect) { findings.coverage.unread.push_back(std::move(defect)); }}));
  judged.finish();
  return findings;
}

}  // namespace prova
