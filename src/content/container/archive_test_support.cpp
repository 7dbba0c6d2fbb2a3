#include "content/container/archive_test_support.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

namespace prova {
namespace {

std::string write_members(const NamedBytes& members, struct archive* archive) {
  std::size_t total = 65536;
  for (const auto& [name, bytes] : members) total += bytes.size() + bytes.size() / 8 + name.size() * 2 + 2048;
  std::string out(total, '\0');
  std::size_t used = 0;
  archive_write_open_memory(archive, out.data(), out.size(), &used);
  for (const auto& [name, bytes] : members) {
    archive_entry* entry = archive_entry_new();
    // OpenDocument stores its first member as it is; refused, without harm, by a tar.
    if (name == "mimetype") archive_write_zip_set_compression_store(archive);
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 1'650'000'000, 0);
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_write_header(archive, entry);
    archive_write_data(archive, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(archive);
  archive_write_free(archive);
  out.resize(used);
  return out;
}

}  // namespace

std::string make_zip(const NamedBytes& members) {
  struct archive* archive = archive_write_new();
  archive_write_set_format_zip(archive);
  return write_members(members, archive);
}

std::string make_tar(const NamedBytes& members, bool gzipped) {
  struct archive* archive = archive_write_new();
  archive_write_set_format_pax_restricted(archive);
  if (gzipped) archive_write_add_filter_gzip(archive);
  return write_members(members, archive);
}

std::string make_docx(const std::string& text, const std::string& extra_part) {
  std::string body;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    body += "<w:p><w:r><w:t>" + text.substr(at, end - at) + "</w:t></w:r></w:p>";
    at = end + 1;
  }
  NamedBytes members = {
      {"[Content_Types].xml", "<Types/>"},
      {"word/document.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"w\"><w:body>" + body + "</w:body></w:document>"}};
  if (!extra_part.empty()) members.emplace_back("docProps/app.xml", extra_part);
  return make_zip(members);
}

std::string make_pdf(const std::string& line) {
  const std::string content = "BT /F1 12 Tf 72 720 Td (" + line + ") Tj ET";
  const std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
      fmt::format("<< /Length {} >>\nstream\n{}\nendstream", content.size(), content),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"};
  std::string out = "%PDF-1.4\n", table = "xref\n0 6\n0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", out.size());
    out += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  const std::size_t start = out.size();
  return out + table + fmt::format("trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n", start);
}

}  // namespace prova
