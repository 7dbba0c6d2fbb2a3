#pragma once
// The text of office files: Office Open XML (ECMA-376) and OpenDocument (ISO/IEC 26300), from their parts.

#include <span>
#include <string>
#include <string_view>

namespace prova {

/// A part of an office file: a member of its zip.
struct OfficePart {
  std::string name;   ///< "word/document.xml"
  std::string bytes;
};

/// What the document says: body, notes, comments, headers and footers of a text, slides of a presentation, cells of a sheet
/// with shared strings resolved, in the order of the parts' names (numbers in numeric order). XML that breaks off gives the
/// text before the break. O(n). Entity expansion is bounded by expat (2.4 and later).
[[nodiscard]] std::string office_text(std::span<const OfficePart> parts);

}  // namespace prova
