#pragma once
// Small archives, office files and mail for tests.

#include <string>
#include <utility>
#include <vector>

namespace prova {

using NamedBytes = std::vector<std::pair<std::string, std::string>>;

/// The members as a zip (deflated), or as a tar, gzipped or not.
std::string make_zip(const NamedBytes& members);
std::string make_tar(const NamedBytes& members, bool gzipped);

/// A word processing file whose document.xml holds one paragraph per line of `text`.
std::string make_docx(const std::string& text, const std::string& extra_part = "");

/// A PDF of one page with one line of ASCII text.
std::string make_pdf(const std::string& line);

}  // namespace prova
