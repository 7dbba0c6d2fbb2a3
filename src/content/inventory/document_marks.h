#pragma once
// What an inventory keeps of documents, so that a leak finds them re-saved, repackaged, quoted or altered: the fingerprints of
// every text, and the keyed hashes of members, Message-IDs, header lines and whole texts.

#include "content/container/extractor.h"
#include "content/hash_key.h"
#include "content/inventory/inventory_writer.h"
#include "content/text/winnow.h"

namespace prova {

/// Whose text is fingerprinted. A software tree holds more text than a ministry writes, nobody alters it to discredit anyone, and chunks and digests find it
/// where it was copied; so documents are the default.
enum class TextScope : std::uint8_t {
  kNone,
  kDocuments,  ///< Office files, PDF, HTML, RTF, mail with its attachments, and plain text that is a document (`is_document`).
  kAll,        ///< Source code, logs and configuration too.
};

/// Which marks to take, with which keys.
struct DocumentMarkSettings {
  const HashKey& text_key;
  const Bytes32& members_key;
  TextScope text = TextScope::kDocuments;
  bool members = true;
  std::size_t copied_run = kCopiedRun;
};

/// Whether plain text called `name` is a document: by its ending (text/prose.h), where that says nothing by whether it reads like prose.
[[nodiscard]] bool is_document(std::string_view name, std::string_view text);

/// Texts shorter than this are no evidence by themselves ("Thank you. Best regards") and are kept only of mails, which have an id. Unit: normalised characters.
constexpr std::size_t kLeastWholeText = kGram;

/// Adds the marks of one file. Items come in the order of an extraction; texts lie one after the other in the file's
/// normalised characters, one apart.
class DocumentMarker {
 public:
  DocumentMarker(const DocumentMarkSettings& settings, InventoriedFile& file) : settings_(settings), file_(file) {}
  /// An item of the file, the file itself (without bytes) included.
  void add_item(const ExtractedItem& item);
  /// The file's own content when it is plain text. Goes by the file's path; names nothing; call once.
  void add_plain_text(ByteView content);

 private:
  [[nodiscard]] bool wanted(const ExtractedItem& item) const;
  void add_text(std::string_view text, const std::string& name, std::size_t least);
  void add_member(MemberKind kind, const Sha256& content, std::uint64_t size, const std::string& name);

  const DocumentMarkSettings& settings_;
  InventoriedFile& file_;
  std::uint64_t next_position_ = 0;
};

/// Whether a file that starts with these bytes has document marks at all: text, or a container.
[[nodiscard]] bool has_document_marks(ByteView start);

/// Marks of a file in memory (`content` is all of it), or of the file at `path` of any size. What could not be read goes to `defect`.
/// Errors: kIo when there is no extraction process.
[[nodiscard]] Status add_document_marks(ByteView content, const DocumentMarkSettings& settings, Extractor& extractor, InventoriedFile& file,
                                        const std::function<void(ExtractionDefect)>& defect);
[[nodiscard]] Status add_document_marks(const std::filesystem::path& path, const DocumentMarkSettings& settings, Extractor& extractor,
                                        InventoriedFile& file, const std::function<void(ExtractionDefect)>& defect);

}  // namespace prova
