#include "report/html_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/escape.h"

namespace prova::report::html {

std::string esc(std::string_view text) { return escape_html(text); }

std::string anchor(std::string_view prefix, std::string_view id) {
  std::string out(prefix);
  for (const char c : id) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    out += plain ? fmt::format("{}", c) : fmt::format("_{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string reference(const CaseReport& report, std::string_view id) {
  const auto link = [&](std::string_view prefix) {
    const std::string_view shown = id.substr(id.rfind('/') + 1);
    return fmt::format(R"(<a class="ref" href="#{}">{}</a>)", anchor(prefix, id), esc(shown));
  };
  if (report.input.find_item(id) != nullptr) return link("e-");
  const auto is_it = [&](const ArtifactResult& artifact) { return artifact.path == id; };
  if (std::any_of(report.artifacts.begin(), report.artifacts.end(), is_it)) return link("a-");
  return esc(id);
}

namespace {

/// Links to what a sentence rests on, but for `here`.
std::string references(const CaseReport& report, const std::vector<std::string>& evidence, std::string_view here) {
  // More references than this make a sentence unreadable; the tables hold the rest.
  constexpr std::size_t kMaxReferences = 4;
  std::string refs;
  for (std::size_t i = 0; i < evidence.size() && i < kMaxReferences; ++i) {
    if (evidence[i] != here) refs += fmt::format("{}{}", refs.empty() ? "" : " ", reference(report, evidence[i]));
  }
  if (evidence.size() > kMaxReferences) {
    refs += fmt::format(R"( <a class="ref" href="#evidence">+{}</a>)", evidence.size() - kMaxReferences);
  }
  return refs.empty() ? refs : fmt::format(R"( <span class="refs">{}</span>)", refs);
}

}  // namespace

std::string sentence(const CaseReport& report, const Sentence& value, std::string_view css_class) {
  if (value.text.empty()) return {};
  const std::string refs = references(report, value.evidence, "");
  if (css_class.empty()) return fmt::format("<p>{}{}</p>\n", esc(value.text), refs);
  return fmt::format("<p class=\"{}\">{}{}</p>\n", css_class, esc(value.text), refs);
}

std::string inline_sentence(const CaseReport& report, const Sentence& value, std::string_view here) {
  return fmt::format("{}{} ", esc(value.text), references(report, value.evidence, here));
}

std::string web_link(std::string_view url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return esc(url);
  std::string_view shown = url.substr(url.find("//") + 2);
  constexpr std::size_t kShown = 60;
  const std::string cut = shown.size() > kShown ? valid_utf8(shown.substr(0, kShown)) + "…" : std::string(shown);
  return fmt::format(R"(<a rel="noopener noreferrer" href="{}">{}</a>)", esc(url), esc(cut));
}

std::string stand_in_badge(std::string_view what) {
  if (what.empty()) return {};
  return fmt::format(R"( <span class="badge">Stand-in: {}</span>)", esc(what));
}

std::string left_out(std::size_t total, std::size_t shown, std::string_view what) {
  if (total <= shown) return {};
  return fmt::format(
      "<p class=\"more\">{} more {} are left out here; the JSON document beside this report holds them "
      "all.</p>\n",
      grouped(total - shown), what);
}

std::string hex(VirtualAddress address) { return fmt::format("{:#x}", raw(address)); }

std::string signed_number(double value) {
  const double rounded = std::round(value * 100) / 100;
  if (rounded == 0) return "0.00";
  return fmt::format("{}{:.2f}", rounded < 0 ? "−" : "+", std::abs(rounded));
}

}  // namespace prova::report::html
