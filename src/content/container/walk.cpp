#include "content/container/walk.h"

#include <fmt/format.h>

#include <algorithm>

#include "content/container/archive_members.h"
#include "content/container/budget.h"
#include "content/container/detect.h"
#include "content/container/mail.h"
#include "content/container/markup.h"
#include "content/container/office.h"
#include "content/container/office97.h"
#include "content/container/pdf.h"
#include "content/container/pst.h"
#include "content/text/normalise.h"

namespace prova {
namespace {

/// One walk: numbering, budget, and a method per format.
class Walk {
 public:
  Walk(const ExtractionLimits& limits, std::uint64_t file_bytes, std::span<const SkippedItem> skipped, const WalkEvents& events)
      : budget_(limits, file_bytes), skipped_(skipped), events_(events) {}

  /// Emits the item and everything in it. `bytes` are the item's, wherever they live.
  void visit(ExtractedItem item, ByteView bytes, unsigned depth) {
    item.format = detect_format(bytes);
    if (!needs_extraction(item.format)) return emit_plain(std::move(item), bytes);
    if (const SkippedItem* skip = skip_of(item.id)) {
      events_.item(item, bytes);
      next_id_ = std::max(next_id_, skip->next_id);
      return;
    }
    events_.entering(item.id, item.path);
    unfold(std::move(item), bytes, depth);
    events_.leaving();
  }

 private:
  /// Where the children of an item hang.
  struct Place {
    std::uint32_t id;
    std::string path;
    unsigned depth;
  };

  void unfold(ExtractedItem item, ByteView bytes, unsigned depth) {
    const bool too_deep = depth >= budget_.limits().depth;
    if (too_deep) defect(item.path, fmt::format("nested more than {} deep; not unfolded", budget_.limits().depth));
    switch (item.format) {
      case ContentFormat::kHtml: item.text = html_text(as_text(bytes)); break;
      case ContentFormat::kRtf: item.text = rtf_text(as_text(bytes)); break;
      case ContentFormat::kPdf: return visit_pdf(std::move(item), bytes);
      case ContentFormat::kOffice: if (!too_deep) return visit_office(std::move(item), bytes, depth); break;
      case ContentFormat::kOffice97: return visit_office97(std::move(item), bytes, depth);
      case ContentFormat::kMail: if (!too_deep) return visit_mail(std::move(item), bytes, depth); break;
      case ContentFormat::kMailbox: if (!too_deep) return visit_mailbox(item, bytes, depth); break;
      case ContentFormat::kPst: if (!too_deep) return visit_pst(item, bytes, depth); break;
      case ContentFormat::kArchive: case ContentFormat::kCompressed:
        if (!too_deep) return visit_archive(item, bytes, depth);
        break;
      case ContentFormat::kUnknown: case ContentFormat::kText: break;
    }
    events_.item(item, bytes);
  }

  void emit_plain(ExtractedItem item, ByteView bytes) {
    if (item.format == ContentFormat::kText) item.text = utf16_to_utf8(bytes);
    events_.item(item, bytes);
  }

  void visit_pdf(ExtractedItem item, ByteView bytes) {
    if (auto text = pdf_text(bytes)) {
      item.text = *std::move(text);
    } else {
      defect(item.path, text.error().message);
    }
    events_.item(item, bytes);
  }

  void visit_archive(const ExtractedItem& item, ByteView bytes, unsigned depth) {
    const Place place{item.id, item.path, depth};
    const bool stream = item.format == ContentFormat::kCompressed;
    events_.item(item, bytes);
    ArchiveEvents on;
    on.member = [&](ArchiveMember member) { add_child(place, ItemKind::kMember, member.name, member.bytes); };
    on.unreadable = [&](const std::string& name, const std::string& reason) { defect(place.path + "!" + name, reason); };
    if (const auto read = read_archive(bytes, stream, budget_, on); !read) defect(place.path, read.error().message);
  }

  void visit_office(ExtractedItem item, ByteView bytes, unsigned depth) {
    std::vector<OfficePart> parts;
    std::uint64_t held = 0;
    ArchiveEvents on;
    on.member = [&](ArchiveMember member) {
      held += member.bytes.size();
      if (budget_.allows(0, held)) parts.push_back({std::move(member.name), std::move(member.bytes)});
    };
    on.unreadable = [&](const std::string& name, const std::string& reason) { defect(item.path + "!" + name, reason); };
    if (const auto read = read_archive(bytes, false, budget_, on); !read) defect(item.path, read.error().message);
    item.text = office_text(parts);
    const Place place{item.id, item.path, depth};
    events_.item(item, bytes);
    for (const OfficePart& part : parts) add_child(place, ItemKind::kComponent, part.name, part.bytes);
  }

  /// Too deep or not, it has a text; only a .msg holds more.
  void visit_office97(ExtractedItem item, ByteView bytes, unsigned depth) {
    auto document = read_office97(bytes, budget_);
    if (document && document->mail && depth < budget_.limits().depth) return emit_message(std::move(item), bytes, *std::move(document->mail), depth);
    if (document) item.text = std::move(document->text);
    else defect(item.path, document.error().message);
    events_.item(item, bytes);
  }

  void visit_mail(ExtractedItem item, ByteView bytes, unsigned depth) {
    auto message = read_mail(bytes);
    if (!message) {
      defect(item.path, message.error().message);
      return events_.item(item, bytes);
    }
    emit_message(std::move(item), bytes, *std::move(message), depth);
  }

  void emit_message(ExtractedItem item, ByteView bytes, MailMessage message, unsigned depth) {
    item.text = std::move(message.text);
    item.message_id = std::move(message.message_id);
    item.headers = std::move(message.headers);
    const Place place{item.id, item.path, depth};
    events_.item(item, bytes);
    for (const MailAttachment& attachment : message.attachments) {
      const ItemKind kind = attachment.is_message ? ItemKind::kMessage : ItemKind::kAttachment;
      add_child(place, kind, attachment.name, attachment.bytes);
    }
  }

  void visit_mailbox(const ExtractedItem& item, ByteView bytes, unsigned depth) {
    const Place place{item.id, item.path, depth};
    events_.item(item, bytes);
    std::size_t number = 0;
    for (const std::string_view message : split_mailbox(as_text(bytes))) {
      add_child(place, ItemKind::kMessage, fmt::format("message {}", ++number), std::string(message));
    }
  }

  void visit_pst(const ExtractedItem& item, ByteView bytes, unsigned depth) {
    const Place place{item.id, item.path, depth};
    events_.item(item, bytes);
    std::size_t number = 0;
    const auto on_message = [&](const std::string& folder, MailMessage message) {
      if (!budget_.take(message.text.size())) return;
      ExtractedItem child = child_of(place, ItemKind::kMessage, fmt::format("{}/message {}", folder, ++number));
      child.format = ContentFormat::kMail;
      emit_message(std::move(child), {}, std::move(message), place.depth + 1);
    };
    if (const auto read = read_pst(bytes, budget_, on_message); !read) defect(place.path, read.error().message);
  }

  ExtractedItem child_of(const Place& place, ItemKind kind, const std::string& name) {
    ExtractedItem child;
    child.id = next_id_++;
    child.parent = place.id;
    child.kind = kind;
    child.path = place.path + "!" + name;
    return child;
  }

  void add_child(const Place& place, ItemKind kind, const std::string& name, const std::string& bytes) {
    if (!budget_.take(bytes.size())) return defect(place.path, "more items than one file may hold; the rest is not read");
    ExtractedItem child = child_of(place, kind, name);
    visit(std::move(child), as_bytes(bytes), place.depth + 1);
  }

  [[nodiscard]] const SkippedItem* skip_of(std::uint32_t id) const {
    const auto found = std::find_if(skipped_.begin(), skipped_.end(), [&](const SkippedItem& s) { return s.id == id; });
    return found == skipped_.end() ? nullptr : &*found;
  }
  void defect(std::string path, std::string message) const { events_.defect({std::move(path), std::move(message)}); }

  ExtractionBudget budget_;
  std::span<const SkippedItem> skipped_;
  const WalkEvents& events_;
  std::uint32_t next_id_ = 1;
};

}  // namespace

void walk_file(ByteView bytes, const std::string& name, const ExtractionLimits& limits, std::span<const SkippedItem> skipped,
               const WalkEvents& events) {
  ExtractedItem file;
  file.path = name;
  Walk(limits, bytes.size(), skipped, events).visit(std::move(file), bytes, 0);
}

}  // namespace prova
