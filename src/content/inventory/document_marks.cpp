#include "content/inventory/document_marks.h"

#include "base/file.h"
#include "base/hash.h"
#include "content/container/detect.h"
#include "content/text/normalise.h"
#include "content/text/prose.h"
#include "content/text/winnow.h"

namespace prova {
namespace {

/// "!inbox!message 3" of "FILE!inbox!message 3": the part inside the file, without the separator in front.
std::string inside(const std::string& path) {
  const std::size_t bang = path.find('!');
  return bang == std::string::npos ? std::string() : path.substr(bang + 1);
}

ByteView characters(const std::u16string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

ExtractionSink sink_for(DocumentMarker& marker, const std::function<void(ExtractionDefect)>& defect) {
  return {[&marker](const ExtractedItem& item) { marker.add_item(item); }, defect};
}

/// Name that stands for the file in items' paths; it never reaches the inventory.
constexpr const char* kSelf = "file";

}  // namespace

void DocumentMarker::add_item(const ExtractedItem& item) {
  const std::string name = inside(item.path);
  if (settings_.members) {
    if (item.kind != ItemKind::kFile && !item.bytes.empty()) add_member(MemberKind::kMember, sha256(as_bytes(item.bytes)), item.bytes.size(), name);
    if (!item.message_id.empty()) add_member(MemberKind::kMessageId, sha256(as_bytes(item.message_id)), item.message_id.size(), name);
    for (std::size_t at = 0; at < item.headers.size();) {
      const std::size_t end = std::min(item.headers.find('\n', at), item.headers.size());
      const std::string_view line = std::string_view(item.headers).substr(at, end - at);
      add_member(MemberKind::kHeader, sha256(as_bytes(line)), line.size(), name);
      at = end + 1;
    }
  }
  if (wanted(item)) add_text(text_of(item), name, item.message_id.empty() ? kLeastWholeText : 1);
}

/// What came with a mail is correspondence, whatever it is called.
bool DocumentMarker::wanted(const ExtractedItem& item) const {
  if (settings_.text != TextScope::kDocuments) return settings_.text == TextScope::kAll;
  if (item.format != ContentFormat::kText || item.kind == ItemKind::kAttachment) return true;
  // What a compressed file holds has no name of its own: "report.txt.gz" goes by its content.
  return is_document(inside(item.path), text_of(item));
}

void DocumentMarker::add_plain_text(ByteView content) {
  if (settings_.text == TextScope::kNone) return;
  const std::string converted = utf16_to_utf8(content);
  const std::string_view text = converted.empty() ? as_text(content) : std::string_view(converted);
  if (settings_.text == TextScope::kAll || is_document(file_.path, text)) add_text(text, "", kLeastWholeText);
}

void DocumentMarker::add_text(std::string_view text, const std::string& name, std::size_t least) {
  const NormalisedText normal = normalise_text(text);
  if (normal.chars.size() < least || next_position_ + normal.chars.size() > 0xffff'ffffU) return;
  const auto begin = static_cast<std::uint32_t>(next_position_);
  for (const TextMark& mark : winnow(normal.chars, settings_.text_key, settings_.copied_run)) file_.text.push_back({mark.hash, begin + mark.position});
  add_member(MemberKind::kWholeText, sha256(characters(normal.chars)), pack_text_place({begin, static_cast<std::uint32_t>(normal.chars.size())}), name);
  next_position_ += normal.chars.size() + 1;
}

void DocumentMarker::add_member(MemberKind kind, const Sha256& content, std::uint64_t size, const std::string& name) {
  file_.members.push_back({member_key(settings_.members_key, kind, content), size, kind, name});
}

bool is_document(std::string_view name, std::string_view text) {
  const NamedText named = named_text(name);
  return named == NamedText::kDocument || (named == NamedText::kUnknown && is_prose(text));
}

bool has_document_marks(ByteView start) { return detect_format(start) != ContentFormat::kUnknown; }

Status add_document_marks(ByteView content, const DocumentMarkSettings& settings, Extractor& extractor, InventoriedFile& file,
                          const std::function<void(ExtractionDefect)>& defect) {
  DocumentMarker marker(settings, file);
  const ContentFormat format = detect_format(content);
  if (format == ContentFormat::kText) marker.add_plain_text(content);
  if (!needs_extraction(format)) return {};
  return extractor.extract(content, kSelf, sink_for(marker, defect));
}

Status add_document_marks(const std::filesystem::path& path, const DocumentMarkSettings& settings, Extractor& extractor, InventoriedFile& file,
                          const std::function<void(ExtractionDefect)>& defect) {
  PROVA_TRY(mapped, MappedFile::open(path));
  DocumentMarker marker(settings, file);
  const ContentFormat format = detect_format(mapped.bytes());
  if (format == ContentFormat::kText) marker.add_plain_text(mapped.bytes());
  if (!needs_extraction(format)) return {};
  return extractor.extract(path, kSelf, sink_for(marker, defect));
}

}  // namespace prova
