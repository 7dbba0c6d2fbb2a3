#include "kinship/yara_rules.h"

#include <fmt/format.h>
#include <yara.h>

#include <algorithm>
#include <tuple>

namespace prova {
namespace {

/// libyara wants to be set up once per process, before anything else.
bool yara_is_ready() {
  static const bool ready = yr_initialize() == ERROR_SUCCESS;
  return ready;
}

struct CompilerDeleter {
  void operator()(YR_COMPILER* compiler) const { yr_compiler_destroy(compiler); }
};
using Compiler = std::unique_ptr<YR_COMPILER, CompilerDeleter>;

/// Where the compiler's messages go. The first error says what is wrong; later ones mostly follow from it.
struct Messages {
  const RuleSource* source = nullptr;
  std::string first;
};

void on_message(int level, const char*, int line, const YR_RULE* rule, const char* message, void* user) {
  auto& messages = *static_cast<Messages*>(user);
  if (level != YARA_ERROR_LEVEL_ERROR || !messages.first.empty()) return;
  messages.first = fmt::format("line {}: {}{}", line, message,
                               rule != nullptr ? fmt::format(" (rule {})", rule->identifier) : std::string{});
}

Compiler make_compiler(Messages& messages) {
  YR_COMPILER* raw_compiler = nullptr;
  if (!yara_is_ready() || yr_compiler_create(&raw_compiler) != ERROR_SUCCESS) return nullptr;
  Compiler compiler(raw_compiler);
  yr_compiler_set_callback(compiler.get(), on_message, &messages);
  yr_compiler_set_include_callback(compiler.get(), nullptr, nullptr, nullptr);
  for (const char* name : {"filename", "filepath", "extension", "filetype", "owner"}) {
    yr_compiler_define_string_variable(compiler.get(), name, "");
  }
  return compiler;
}

bool add_source(YR_COMPILER* compiler, Messages& messages, const RuleSource& source) {
  messages = {&source, {}};
  if (source.text.find('\0') != std::string::npos) {
    messages.first = "a rule file is text, this one holds NUL bytes";
    return false;
  }
  return yr_compiler_add_string(compiler, source.text.c_str(), source.file.c_str()) == 0;
}

/// What one scan gathers.
struct Gathered {
  std::vector<RuleMatch> matches;
  bool full = false;
};

/// libyara lays its matches at odd addresses; that is its own affair.
__attribute__((no_sanitize("alignment"))) void add_places(YR_SCAN_CONTEXT* context, const YR_RULE* rule, RuleMatch& match) {
  const YR_STRING* string = nullptr;
  yr_rule_strings_foreach(rule, string) {
    const YR_MATCH* place = nullptr;
    std::size_t of_string = 0;
    yr_string_matches_foreach(context, string, place) {
      if (STRING_IS_PRIVATE(string)) continue;
      if (of_string++ >= kMaxRulePlaces) {
        match.capped = true;
        break;
      }
      match.places.push_back({string->identifier, static_cast<std::uint64_t>(place->base + place->offset),
                              static_cast<std::uint64_t>(place->match_length)});
    }
  }
  std::sort(match.places.begin(), match.places.end(), [](const auto& a, const auto& b) {
    return std::tie(a.offset, a.string, a.length) < std::tie(b.offset, b.string, b.length);
  });
  if (match.places.size() > kMaxRulePlaces) {
    match.places.resize(kMaxRulePlaces);
    match.capped = true;
  }
}

RuleMatch describe(YR_SCAN_CONTEXT* context, const YR_RULE* rule) {
  RuleMatch match;
  match.rule = rule->identifier;
  match.file = rule->ns->name;
  const char* tag = nullptr;
  yr_rule_tags_foreach(rule, tag) match.tags.emplace_back(tag);
  const YR_META* meta = nullptr;
  yr_rule_metas_foreach(rule, meta) {
    std::string value = meta->type == META_TYPE_STRING    ? meta->string
                        : meta->type == META_TYPE_BOOLEAN ? (meta->integer != 0 ? "true" : "false")
                                                          : fmt::format("{}", meta->integer);
    match.meta.emplace_back(meta->identifier, std::move(value));
  }
  add_places(context, rule, match);
  return match;
}

int on_scan(YR_SCAN_CONTEXT* context, int message, void* data, void* user) {
  auto& gathered = *static_cast<Gathered*>(user);
  if (message != CALLBACK_MSG_RULE_MATCHING) return CALLBACK_CONTINUE;
  if (gathered.matches.size() >= kMaxRuleMatches) {
    gathered.full = true;
    return CALLBACK_ABORT;
  }
  gathered.matches.push_back(describe(context, static_cast<const YR_RULE*>(data)));
  return CALLBACK_CONTINUE;
}

}  // namespace

struct YaraRules::State {
  YR_RULES* rules = nullptr;
  ~State() {
    if (rules != nullptr) yr_rules_destroy(rules);
  }
};

YaraRules::YaraRules(std::unique_ptr<State> state) : state_(std::move(state)) {}
YaraRules::YaraRules(YaraRules&&) noexcept = default;
YaraRules& YaraRules::operator=(YaraRules&&) noexcept = default;
YaraRules::~YaraRules() = default;

Result<YaraRules> YaraRules::compile(const std::vector<RuleSource>& sources, std::vector<Error>& errors) {
  // A compiler that met an error cannot go on: each source is tried alone first.
  std::vector<const RuleSource*> good;
  for (const RuleSource& source : sources) {
    Messages messages;
    const Compiler trial = make_compiler(messages);
    if (!trial) return fail(ErrorCode::kLimit, "libyara cannot be set up");
    if (add_source(trial.get(), messages, source)) good.push_back(&source);
    else errors.push_back({ErrorCode::kMalformed, messages.first.empty() ? "libyara refused these rules" : messages.first, {}, source.file});
  }
  if (good.empty()) return fail(ErrorCode::kMalformed, "no rules that compile");
  Messages messages;
  const Compiler compiler = make_compiler(messages);
  if (!compiler) return fail(ErrorCode::kLimit, "libyara cannot be set up");
  for (const RuleSource* source : good) {
    if (!add_source(compiler.get(), messages, *source)) return fail(ErrorCode::kMalformed, messages.first);
  }
  auto state = std::make_unique<State>();
  if (yr_compiler_get_rules(compiler.get(), &state->rules) != ERROR_SUCCESS) {
    return fail(ErrorCode::kLimit, "libyara ran out of memory");
  }
  return YaraRules(std::move(state));
}

Result<std::vector<RuleMatch>> YaraRules::scan(ByteView bytes) const {
  Gathered gathered;
  const int status = yr_rules_scan_mem(state_->rules, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                                       SCAN_FLAGS_REPORT_RULES_MATCHING | SCAN_FLAGS_NO_TRYCATCH, on_scan, &gathered, kRuleTimeoutSeconds);
  if (status == ERROR_SCAN_TIMEOUT) {
    return fail(ErrorCode::kLimit, fmt::format("the YARA rules took more than {} seconds", kRuleTimeoutSeconds));
  }
  if (status != ERROR_SUCCESS && !gathered.full) return fail(ErrorCode::kLimit, fmt::format("libyara gave up with error {}", status));
  std::sort(gathered.matches.begin(), gathered.matches.end(), [](const RuleMatch& a, const RuleMatch& b) {
    return std::tie(a.file, a.rule) < std::tie(b.file, b.rule);
  });
  return std::move(gathered.matches);
}

}  // namespace prova
