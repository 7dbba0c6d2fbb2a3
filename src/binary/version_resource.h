#pragma once
// VS_VERSIONINFO: the strings that the "Details" page of a file shows. Spec: Microsoft PE Format, "The .rsrc Section";
// Windows SDK, VS_VERSIONINFO, StringFileInfo, StringTable, String.

#include "binary/pe_file.h"

namespace prova::pe {

/// Entries of the resource tree that are visited; it has three levels by definition, deeper ones are not followed, so
/// a circle in it ends. Large programs have some thousand resources, of which only the versions are opened.
constexpr std::uint32_t kMaxResourceEntries = 4096;
/// Strings kept in all version resources of a file; the SDK defines 12 names, programs add a few.
constexpr std::size_t kMaxVersionStrings = 256;

/// Adds a kVersionResource toolmark for each string ("CompanyName=Contoso"), for the language and code page of each
/// table ("StringTable=040904b0") and for the fixed file version ("FixedFileVersion=1.2.3.4").
void read_version_resource(PeFile& pe);

/// UTF-16LE as UTF-8, up to the first NUL; a lone surrogate becomes U+FFFD. O(n).
[[nodiscard]] std::string utf8_from_utf16le(ByteView text);

}  // namespace prova::pe
