#pragma once
// The text of Office files before Office Open XML: .doc, .xls, .ppt, and Outlook's .msg, all of them compound files (ole.h). Only the text: no
// layout, no pictures. Runs in the extraction child.

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "content/container/budget.h"
#include "content/container/mail.h"

namespace prova {

/// What a compound file says.
struct Office97Document {
  std::string text;                 ///< UTF-8; empty when it is no document that is read here.
  std::optional<MailMessage> mail;  ///< Of a .msg; its text is there.
};
/// Errors: kMalformed; kUnsupported (encrypted). Streams that break off give the text before the break. O(file).
[[nodiscard]] Result<Office97Document> read_office97(ByteView file, const ExtractionBudget& budget);

/// Text of a Word document from its streams "WordDocument" and "0Table" or "1Table" ([MS-DOC]; Word 97 to 2003, and the plain files of Word 6 and 95): body,
/// headers and footers, notes, comments, text boxes; field instructions left out.
/// Errors: kMalformed; kUnsupported (encrypted, or a complex file before Word 97).
[[nodiscard]] Result<std::string> word97_text(ByteView document, ByteView table);
/// The table stream that the document names: "0Table" or "1Table".
[[nodiscard]] const char* word97_table(ByteView document);
/// Cells of all sheets of a "Workbook" ([MS-XLS], BIFF8) or "Book" stream (BIFF5): strings and numbers, a tab behind each, as office_text() gives them.
/// Errors: kMalformed; kUnsupported (encrypted).
[[nodiscard]] Result<std::string> excel97_text(ByteView workbook);
/// Texts of slides and notes of a "PowerPoint Document" stream ([MS-PPT]) as they lie in it; of an incrementally saved file older versions too.
/// Errors: kUnsupported (encrypted).
[[nodiscard]] Result<std::string> powerpoint97_text(ByteView document);

/// Pieces and cells may refer to one text a million times; more than this is not written down. Unit: bytes of UTF-8.
constexpr std::size_t kMaxOffice97Text = 64 << 20;

/// UTF-8 of UTF-16LE; what is no character becomes U+FFFD. O(n).
[[nodiscard]] std::string utf8_of_utf16le(std::string_view bytes);
/// UTF-8 of Windows-1252. O(n).
[[nodiscard]] std::string utf8_of_windows_1252(std::string_view bytes);

}  // namespace prova
