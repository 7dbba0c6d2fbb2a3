#pragma once
// What containers hold: archives, office files, mail, PDF. One item per thing inside, in a defined order.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prova {

/// What an item is in the thing that holds it.
enum class ItemKind : std::uint8_t {
  kFile,        ///< The file that was handed in; its bytes are not repeated.
  kMember,      ///< A member of an archive, or what a compressed stream holds.
  kMessage,     ///< A mail inside a mailbox or another mail.
  kAttachment,  ///< A file attached to a mail.
  kComponent,   ///< A part of an office file (word/document.xml, media/image1.png): not a document by itself.
};

/// What the bytes are, by content and never by name.
enum class ContentFormat : std::uint8_t {
  kUnknown, kText, kHtml, kRtf, kArchive, kCompressed, kOffice, kPdf, kMail, kMailbox, kPst, kOffice97,
};
/// "unknown", "text", "html", "rtf", "archive", "compressed", "office", "pdf", "mail", "mailbox", "pst", "office-97".
[[nodiscard]] std::string_view name_of(ContentFormat format);

/// One thing found inside a file. Ids count up from 0, the file itself; a parent's id is smaller than its children's.
struct ExtractedItem {
  std::uint32_t id = 0, parent = 0;
  ItemKind kind = ItemKind::kFile;
  ContentFormat format = ContentFormat::kUnknown;
  std::string path;        ///< "2022/mail.zip!inbox.mbox!message 3!offer.docx"; starts with the file's own name.
  std::string bytes;       ///< Empty for kFile and for messages of a PST file.
  std::string text;        ///< What the document says, as UTF-8; empty when it has none of its own or is plain text itself.
  std::string message_id;  ///< Of a mail, without angle brackets.
  std::string headers;     ///< Of a mail: From, To, Cc, Date, Subject, decoded, one "Name: value\n" each.
  friend bool operator==(const ExtractedItem&, const ExtractedItem&) = default;
};

/// What an item says: its `text`, or its own bytes when they are plain text. Empty for components of office files that are
/// XML: the office file has their text. Views the item.
[[nodiscard]] std::string_view text_of(const ExtractedItem& item);

/// What could not be read, and where. The rest was done.
struct ExtractionDefect {
  std::string path;
  std::string message;
  friend bool operator==(const ExtractionDefect&, const ExtractionDefect&) = default;
};

/// A child that sends nothing and does not even run is given up after so many times `silence_ms` by the clock: ten minutes.
constexpr std::uint64_t kSleepFactor = 20;

/// Bounds on what one file may unfold into. Every default has a reason; all are enforced inside the child.
struct ExtractionLimits {
  /// Deepest honest nesting seen in practice is a mailbox in a zip in a tar.gz with attached archives: 7 or 8.
  unsigned depth = 16;
  /// A mailbox of a ministry holds some hundred thousand messages with attachments.
  std::uint32_t items = 4'000'000;
  /// Larger members are listed and skipped; they must fit into the child's memory.
  std::uint64_t item_bytes = 512ULL << 20;
  /// A file may unfold to this many times its size, plus `free_bytes`. Office XML and logs stay below 100; 42.zip is 10^11.
  std::uint64_t ratio = 200;
  std::uint64_t free_bytes = 256ULL << 20;
  /// Writable memory of the child (RLIMIT_DATA).
  std::uint64_t memory = 3ULL << 30;
  /// A parser that sends nothing while it uses so much processor time is killed and the item listed. Unit: milliseconds.
  std::uint32_t silence_ms = 30'000;
  /// After this many crashes in one file the rest of it is given up, and listed.
  unsigned crashes = 16;
};

}  // namespace prova
