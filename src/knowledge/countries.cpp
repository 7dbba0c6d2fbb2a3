#include "knowledge/countries.h"

#include <algorithm>
#include <array>

#include "knowledge/names.h"

namespace prova::knowledge {
namespace {

struct Country {
  std::string_view code, name;
  std::string_view demonym;  ///< As in "an Iranian group"; empty where no description of a group has needed it.
};

/// Codes of ISO 3166-1 with common English names; XK is the user-assigned code that the European Union uses for Kosovo.
constexpr auto kCountries = std::to_array<Country>({
    {"AD", "Andorra", "Andorran"}, {"AE", "United Arab Emirates", "Emirati"}, {"AF", "Afghanistan", "Afghan"},
    {"AL", "Albania", "Albanian"}, {"AM", "Armenia", "Armenian"}, {"AO", "Angola", "Angolan"},
    {"AR", "Argentina", "Argentine"}, {"AT", "Austria", "Austrian"}, {"AU", "Australia", "Australian"},
    {"AZ", "Azerbaijan", "Azerbaijani"}, {"BA", "Bosnia and Herzegovina", "Bosnian"},
    {"BD", "Bangladesh", "Bangladeshi"}, {"BE", "Belgium", "Belgian"}, {"BF", "Burkina Faso", ""},
    {"BG", "Bulgaria", "Bulgarian"}, {"BH", "Bahrain", "Bahraini"}, {"BJ", "Benin", ""}, {"BN", "Brunei", ""},
    {"BO", "Bolivia", "Bolivian"}, {"BR", "Brazil", "Brazilian"}, {"BT", "Bhutan", ""}, {"BW", "Botswana", ""},
    {"BY", "Belarus", "Belarusian"}, {"BZ", "Belize", ""}, {"CA", "Canada", "Canadian"},
    {"CD", "Democratic Republic of the Congo", ""}, {"CH", "Switzerland", "Swiss"}, {"CI", "Ivory Coast", ""},
    {"CL", "Chile", "Chilean"}, {"CM", "Cameroon", ""}, {"CN", "China", "Chinese"}, {"CO", "Colombia", "Colombian"},
    {"CR", "Costa Rica", ""}, {"CU", "Cuba", "Cuban"}, {"CY", "Cyprus", "Cypriot"}, {"CZ", "Czechia", "Czech"},
    {"DE", "Germany", "German"}, {"DJ", "Djibouti", ""}, {"DK", "Denmark", "Danish"},
    {"DO", "Dominican Republic", ""}, {"DZ", "Algeria", "Algerian"}, {"EC", "Ecuador", "Ecuadorian"},
    {"EE", "Estonia", "Estonian"}, {"EG", "Egypt", "Egyptian"}, {"ER", "Eritrea", "Eritrean"},
    {"ES", "Spain", "Spanish"}, {"ET", "Ethiopia", "Ethiopian"}, {"FI", "Finland", "Finnish"}, {"FJ", "Fiji", ""},
    {"FR", "France", "French"}, {"GA", "Gabon", ""}, {"GB", "United Kingdom", "British"},
    {"GE", "Georgia", "Georgian"}, {"GH", "Ghana", ""}, {"GN", "Guinea", ""}, {"GR", "Greece", "Greek"},
    {"GT", "Guatemala", ""}, {"GU", "Guam", ""}, {"GY", "Guyana", ""}, {"HK", "Hong Kong", ""},
    {"HN", "Honduras", ""}, {"HR", "Croatia", "Croatian"}, {"HT", "Haiti", ""}, {"HU", "Hungary", "Hungarian"},
    {"ID", "Indonesia", "Indonesian"}, {"IE", "Ireland", "Irish"}, {"IL", "Israel", "Israeli"},
    {"IN", "India", "Indian"}, {"IQ", "Iraq", "Iraqi"}, {"IR", "Iran", "Iranian"}, {"IS", "Iceland", ""},
    {"IT", "Italy", "Italian"}, {"JM", "Jamaica", ""}, {"JO", "Jordan", "Jordanian"}, {"JP", "Japan", "Japanese"},
    {"KE", "Kenya", "Kenyan"}, {"KG", "Kyrgyzstan", "Kyrgyz"}, {"KH", "Cambodia", "Cambodian"},
    {"KP", "North Korea", "North Korean"}, {"KR", "South Korea", "South Korean"}, {"KW", "Kuwait", "Kuwaiti"},
    {"KZ", "Kazakhstan", "Kazakh"}, {"LA", "Laos", ""}, {"LB", "Lebanon", "Lebanese"}, {"LK", "Sri Lanka", ""},
    {"LR", "Liberia", ""}, {"LT", "Lithuania", "Lithuanian"}, {"LU", "Luxembourg", ""}, {"LV", "Latvia", "Latvian"},
    {"LY", "Libya", "Libyan"}, {"MA", "Morocco", "Moroccan"}, {"MC", "Monaco", ""}, {"MD", "Moldova", "Moldovan"},
    {"ME", "Montenegro", "Montenegrin"}, {"MG", "Madagascar", ""}, {"MK", "North Macedonia", ""}, {"ML", "Mali", ""},
    {"MM", "Myanmar", ""}, {"MN", "Mongolia", "Mongolian"}, {"MO", "Macao", ""}, {"MT", "Malta", ""},
    {"MU", "Mauritius", ""}, {"MV", "Maldives", ""}, {"MX", "Mexico", "Mexican"}, {"MY", "Malaysia", "Malaysian"},
    {"MZ", "Mozambique", ""}, {"NA", "Namibia", ""}, {"NE", "Niger", ""}, {"NG", "Nigeria", "Nigerian"},
    {"NI", "Nicaragua", ""}, {"NL", "Netherlands", "Dutch"}, {"NO", "Norway", "Norwegian"},
    {"NP", "Nepal", "Nepalese"}, {"NZ", "New Zealand", ""}, {"OM", "Oman", "Omani"}, {"PA", "Panama", ""},
    {"PE", "Peru", "Peruvian"}, {"PG", "Papua New Guinea", ""}, {"PH", "Philippines", "Philippine"},
    {"PK", "Pakistan", "Pakistani"}, {"PL", "Poland", "Polish"}, {"PS", "Palestine", "Palestinian"},
    {"PT", "Portugal", "Portuguese"}, {"PY", "Paraguay", ""}, {"QA", "Qatar", "Qatari"},
    {"RO", "Romania", "Romanian"}, {"RS", "Serbia", "Serbian"}, {"RU", "Russia", "Russian"}, {"RW", "Rwanda", ""},
    {"SA", "Saudi Arabia", "Saudi"}, {"SD", "Sudan", "Sudanese"}, {"SE", "Sweden", "Swedish"},
    {"SG", "Singapore", "Singaporean"}, {"SI", "Slovenia", "Slovenian"}, {"SK", "Slovakia", "Slovak"},
    {"SN", "Senegal", ""}, {"SO", "Somalia", "Somali"}, {"SV", "El Salvador", ""}, {"SY", "Syria", "Syrian"},
    {"TD", "Chad", ""}, {"TG", "Togo", ""}, {"TH", "Thailand", "Thai"}, {"TJ", "Tajikistan", "Tajik"},
    {"TL", "Timor-Leste", ""}, {"TM", "Turkmenistan", "Turkmen"}, {"TN", "Tunisia", "Tunisian"},
    {"TR", "Turkey", "Turkish"}, {"TT", "Trinidad and Tobago", ""}, {"TW", "Taiwan", "Taiwanese"},
    {"TZ", "Tanzania", ""}, {"UA", "Ukraine", "Ukrainian"}, {"UG", "Uganda", ""}, {"US", "United States", "American"},
    {"UY", "Uruguay", ""}, {"UZ", "Uzbekistan", "Uzbek"}, {"VA", "Holy See", ""}, {"VE", "Venezuela", "Venezuelan"},
    {"VN", "Vietnam", "Vietnamese"}, {"XK", "Kosovo", "Kosovar"}, {"YE", "Yemen", "Yemeni"},
    {"ZA", "South Africa", "South African"}, {"ZM", "Zambia", ""}, {"ZW", "Zimbabwe", ""},
});

struct Variant {
  std::string_view code, name;
};

/// Other names in use, mostly those of the United Nations that MISP takes from the CFR tracker.
constexpr auto kVariants = std::to_array<Variant>({
    {"AE", "UAE"}, {"BA", "Bosnia"}, {"BO", "Bolivia (Plurinational State of)"}, {"BN", "Brunei Darussalam"},
    {"CD", "Congo (the Democratic Republic of the)"}, {"CI", "Côte d'Ivoire"}, {"CZ", "Czech Republic"},
    {"GB", "Great Britain"}, {"GB", "UK"}, {"GB", "England"}, {"HK", "Hong Kong SAR"},
    {"IR", "Iran (Islamic Republic of)"}, {"IR", "Islamic Republic of Iran"},
    {"KP", "Democratic People's Republic of Korea"}, {"KP", "DPRK"},
    {"KP", "Korea (Democratic People's Republic of)"}, {"KR", "Republic of Korea"}, {"KR", "Korea (Republic of)"},
    {"KR", "Korea"}, {"LA", "Lao People's Democratic Republic"}, {"LA", "Lao"}, {"MD", "Moldova (Republic of)"},
    {"MK", "Macedonia"}, {"MM", "Burma"}, {"MO", "Macau"}, {"NL", "The Netherlands"}, {"PS", "Palestine, State of"},
    {"PS", "State of Palestine"}, {"PS", "Palestinian Territories"}, {"RU", "Russian Federation"},
    {"SY", "Syrian Arab Republic"}, {"TL", "East Timor"}, {"TR", "Türkiye"}, {"TR", "Turkiye"},
    {"TW", "Taiwan (Province of China)"}, {"TZ", "Tanzania, United Republic of"}, {"US", "USA"},
    {"US", "United States of America"}, {"US", "United States of America (the)"},
    {"GB", "United Kingdom of Great Britain and Northern Ireland"}, {"VE", "Venezuela (Bolivarian Republic of)"},
    {"VN", "Viet Nam"}, {"VA", "Vatican"}, {"CN", "People's Republic of China"}, {"CN", "PRC"},
    {"CI", "Cote d'Ivoire"},
});

/// Words that follow a demonym where it says whose the group is.
constexpr auto kActorWords = std::to_array<std::string_view>(
    {"state-sponsored", "state", "state-backed", "nation-state", "government-sponsored", "government-backed", "threat", "cyber",
     "cyberespionage", "cybercriminal", "cybercrime", "espionage", "apt", "group", "hacking", "hacker", "advanced", "military",
     "intelligence", "adversary", "actor", "actors", "nexus", "origin", "foreign", "ministry", "linked", "based"});
/// Words before a country or demonym where it names the victim instead.
constexpr auto kVictimWords = std::to_array<std::string_view>(
    {"target", "targets", "targeted", "targeting", "against", "including", "attacked", "victims", "on", "and", "in", "at", "from", "for", "of"});
/// Words before a country where it names the origin.
constexpr auto kOriginWords = std::to_array<std::string_view>({"based in", "attributed to", "attributed to the", "located in", "out of", "operating from", "associated with the",
                                                             "people's republic of", "sponsored by", "on behalf of", "on behalf of the"});
constexpr std::string_view kCurlyApostrophe = "\xe2\x80\x99";
/// Endings of "China-based".
constexpr auto kOriginEndings = std::to_array<std::string_view>({"-based", "-linked", "-nexus", "-aligned", "-affiliated", "-sponsored", "-backed", "-related",
                                                                "\xe2\x80\x93" "aligned"});

template <typename List>
bool holds(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80; }

/// The word of letters and '-' that starts at `at` after white space.
std::string_view word_at(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  std::size_t end = at;
  while (end < text.size() && (is_word(text[end]) || text[end] == '-')) ++end;
  return text.substr(at, end - at);
}

std::string_view word_before(std::string_view text, std::size_t at) {
  while (at > 0 && text[at - 1] == ' ') --at;
  std::size_t begin = at;
  while (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == '-')) --begin;
  return text.substr(begin, at - begin);
}

bool names_origin(std::string_view text, std::size_t at, std::string_view name, bool demonym) {
  const std::string_view before = text.substr(0, at), after = text.substr(at + name.size());
  const auto ends = [&](std::string_view phrase) { return before.ends_with(std::string(phrase) + " "); };
  const auto suffix = [&](std::string_view end) { return after.starts_with(end); };
  if (std::any_of(kOriginEndings.begin(), kOriginEndings.end(), suffix)) return true;
  if (demonym && !holds(kVictimWords, word_before(text, at)) && holds(kActorWords, word_at(after, 0))) return true;
  return std::any_of(kOriginWords.begin(), kOriginWords.end(), ends);
}

/// First place where `name` stands as a whole word and names the origin.
std::size_t find_origin(std::string_view text, const std::string& name, bool demonym) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const bool begins = at == 0 || !is_word(text[at - 1]);
    const bool ends = at + name.size() >= text.size() || !is_word(text[at + name.size()]);
    const bool south_or_north = at >= 6 && (text.substr(at - 6, 6) == "north " || text.substr(at - 6, 6) == "south ");
    if (begins && ends && !south_or_north && names_origin(text, at, name, demonym)) return at;
  }
  return std::string_view::npos;
}

std::string plain_apostrophes(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const bool curly = text.starts_with(kCurlyApostrophe);
    out += curly ? '\'' : text.front();
    text.remove_prefix(curly ? kCurlyApostrophe.size() : 1);
  }
  return out;
}

}  // namespace

std::optional<std::string_view> country_code(std::string_view name_or_code) {
  const std::string wanted = lower_case(name_or_code);
  for (const Country& country : kCountries) {
    if (wanted == lower_case(country.code) || wanted == lower_case(country.name)) return country.code;
  }
  for (const Variant& variant : kVariants) {
    if (wanted == lower_case(variant.name)) return variant.code;
  }
  return std::nullopt;
}

std::string_view country_name(std::string_view code) {
  const auto found = std::find_if(kCountries.begin(), kCountries.end(), [&](const Country& one) { return one.code == code; });
  return found == kCountries.end() ? code : found->name;
}

const std::vector<std::string_view>& country_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> list;
    for (const Country& country : kCountries) list.push_back(country.name);
    std::sort(list.begin(), list.end());
    return list;
  }();
  return names;
}

std::optional<std::string_view> nation_in_text(std::string_view description) {
  const std::string text = plain_apostrophes(lower_case(description));
  std::size_t first = std::string::npos;
  std::optional<std::string_view> code;
  for (const Country& country : kCountries) {
    const std::size_t at = std::min(find_origin(text, lower_case(country.name), false),
                                    country.demonym.empty() ? std::string::npos : find_origin(text, lower_case(country.demonym), true));
    if (at < first) {
      first = at;
      code = country.code;
    }
  }
  return code;
}

}  // namespace prova::knowledge
