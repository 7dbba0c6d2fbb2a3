#include "content/container/office.h"

#include <expat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <vector>

namespace prova {
namespace {

using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)>;

std::string_view local_name(std::string_view qualified) { return qualified.substr(qualified.rfind(':') + 1); }

/// Calls the handler's start(name, attributes), end(name), text(chunk) for the XML, until its end or its first error.
template <typename Handler>
void read_xml(std::string_view xml, Handler& handler) {
  const Parser parser(XML_ParserCreate(nullptr), &XML_ParserFree);
  if (!parser) return;
  XML_SetUserData(parser.get(), &handler);
  XML_SetElementHandler(
      parser.get(),
      [](void* self, const char* name, const char** attributes) { static_cast<Handler*>(self)->start(local_name(name), attributes); },
      [](void* self, const char* name) { static_cast<Handler*>(self)->end(local_name(name)); });
  XML_SetCharacterDataHandler(parser.get(), [](void* self, const char* text, int size) {
    static_cast<Handler*>(self)->text(std::string_view(text, static_cast<std::size_t>(size)));
  });
  constexpr std::size_t kPiece = 1 << 20;  // expat takes an int
  while (!xml.empty()) {
    const std::string_view piece = xml.substr(0, kPiece);
    xml.remove_prefix(piece.size());
    if (XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), xml.empty()) != XML_STATUS_OK) return;
  }
}

/// Text of word processing and presentation parts: w:t, a:t; w:p and a:p end a line; deleted text is not read.
struct RunText {
  std::string out;
  unsigned inside = 0;
  void start(std::string_view name, const char**) {
    if (name == "t") ++inside;
    if (name == "tab") out += '\t';
    if (name == "br" || name == "cr") out += '\n';
  }
  void end(std::string_view name) {
    if (name == "t" && inside > 0) --inside;
    if (name == "p") out += '\n';
    if (name == "tc") out += '\t';
  }
  void text(std::string_view chunk) {
    if (inside > 0) out += chunk;
  }
};

/// Text of an OpenDocument body: everything under office:body; text:p and text:h end a line; tracked changes are not read.
struct OpenDocumentText {
  std::string out;
  unsigned body = 0, unread = 0;
  void start(std::string_view name, const char**) {
    if (name == "body") ++body;
    if (name == "tracked-changes") ++unread;
    if (body == 0) return;
    if (name == "s") out += ' ';
    if (name == "tab") out += '\t';
    if (name == "line-break") out += '\n';
  }
  void end(std::string_view name) {
    if (name == "body" && body > 0) --body;
    if (name == "tracked-changes" && unread > 0) --unread;
    if (name == "p" || name == "h") out += '\n';
    if (name == "table-cell") out += '\t';
  }
  void text(std::string_view chunk) {
    if (body > 0 && unread == 0) out += chunk;
  }
};

/// xl/sharedStrings.xml: one string per si.
struct SharedStrings {
  std::vector<std::string> strings;
  unsigned inside = 0;
  void start(std::string_view name, const char**) {
    if (name == "si") strings.emplace_back();
    if (name == "t") ++inside;
  }
  void end(std::string_view name) {
    if (name == "t" && inside > 0) --inside;
  }
  void text(std::string_view chunk) {
    if (inside > 0 && !strings.empty()) strings.back() += chunk;
  }
};

/// xl/worksheets/sheetN.xml: the value of each cell (c/v, c/is/t) in row order.
struct SheetText {
  explicit SheetText(const std::vector<std::string>& known) : strings(known) {}
  const std::vector<std::string>& strings;
  std::string out, value;
  bool shared = false;
  unsigned inside = 0;
  void start(std::string_view name, const char** attributes) {
    if (name == "c") {
      shared = false;
      value.clear();
      for (; attributes[0] != nullptr; attributes += 2) {
        if (std::string_view(attributes[0]) == "t") shared = std::string_view(attributes[1]) == "s";
      }
    }
    if (name == "v" || name == "t") ++inside;
  }
  void end(std::string_view name) {
    if ((name == "v" || name == "t") && inside > 0) --inside;
    if (name == "row") out += '\n';
    if (name != "c") return;
    std::size_t index = strings.size();
    if (shared) std::from_chars(value.data(), value.data() + value.size(), index);
    out += shared && index < strings.size() ? strings[index] : value;
    out += '\t';
  }
  void text(std::string_view chunk) {
    if (inside > 0) value += chunk;
  }
};

/// The parts that hold text, and the handler for each, in reading order.
enum class PartKind { kRuns, kOpenDocument, kSheet };
struct PartRule {
  std::string_view prefix;
  PartKind kind;
};
constexpr auto kRules = std::to_array<PartRule>({
    {"word/document", PartKind::kRuns}, {"word/header", PartKind::kRuns}, {"word/footer", PartKind::kRuns},
    {"word/footnotes", PartKind::kRuns}, {"word/endnotes", PartKind::kRuns}, {"word/comments", PartKind::kRuns},
    {"ppt/slides/slide", PartKind::kRuns}, {"ppt/notesSlides/notesSlide", PartKind::kRuns},
    {"xl/worksheets/sheet", PartKind::kSheet}, {"content.xml", PartKind::kOpenDocument}});

std::size_t rule_of(std::string_view name) {
  if (!name.ends_with(".xml")) return kRules.size();
  const auto* rule = std::find_if(kRules.begin(), kRules.end(), [&](const PartRule& r) {
    return name.starts_with(r.prefix) && name.find('/', r.prefix.size()) == std::string_view::npos;
  });
  return static_cast<std::size_t>(rule - kRules.begin());
}

/// slide2 comes before slide10: by length, then by letters.
bool before(const OfficePart* a, const OfficePart* b) {
  const std::size_t rule_a = rule_of(a->name), rule_b = rule_of(b->name);
  if (rule_a != rule_b) return rule_a < rule_b;
  return a->name.size() != b->name.size() ? a->name.size() < b->name.size() : a->name < b->name;
}

template <typename Handler>
std::string text_with(std::string_view xml, Handler handler) {
  read_xml(xml, handler);
  return std::move(handler.out);
}

}  // namespace

std::string office_text(std::span<const OfficePart> parts) {
  SharedStrings shared;
  std::vector<const OfficePart*> ordered;
  for (const OfficePart& part : parts) {
    if (part.name == "xl/sharedStrings.xml") read_xml(part.bytes, shared);
    if (rule_of(part.name) < kRules.size()) ordered.push_back(&part);
  }
  std::sort(ordered.begin(), ordered.end(), before);
  std::string out;
  for (const OfficePart* part : ordered) {
    switch (kRules[rule_of(part->name)].kind) {
      case PartKind::kRuns: out += text_with(part->bytes, RunText{}); break;
      case PartKind::kOpenDocument: out += text_with(part->bytes, OpenDocumentText{}); break;
      case PartKind::kSheet: out += text_with(part->bytes, SheetText(shared.strings)); break;
    }
  }
  return out;
}

}  // namespace prova
