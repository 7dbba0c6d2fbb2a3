#include "content/container/pdf.h"

#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-page.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace prova {

Result<std::string> pdf_text(ByteView bytes) {
  poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return fail(ErrorCode::kLimit, "a PDF of more than 2 GiB is not read");
  const std::unique_ptr<poppler::document> document(
      poppler::document::load_from_raw_data(reinterpret_cast<const char*>(bytes.data()), static_cast<int>(bytes.size())));
  if (!document) return fail(ErrorCode::kMalformed, "not a PDF that can be read");
  if (document->is_locked()) return fail(ErrorCode::kUnsupported, "is encrypted and needs its password");
  std::string text;
  const int pages = std::min(document->pages(), kMaxPdfPages);
  for (int i = 0; i < pages && text.size() < kMaxPdfText; ++i) {
    const std::unique_ptr<poppler::page> page(document->create_page(i));
    if (!page) continue;
    const poppler::byte_array utf8 = page->text(poppler::rectf(), poppler::page::raw_order_layout).to_utf8();
    text.append(utf8.data(), utf8.size());
    text += '\f';
  }
  return text;
}

}  // namespace prova
