#include "report/sample_reports_test_support.h"

namespace prova::report {
namespace {

Day on(int year, unsigned month, unsigned day) {
  return Day(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day));
}

DateSpan date(const std::string& text, Day day) { return {text, day, day}; }

EvidenceItem item(const std::string& id, EvidenceKind kind, const std::string& claim, const std::string& root,
                  Day known) {
  EvidenceItem out;
  out.id = id;
  out.kind = kind;
  out.claim = claim;
  out.roots = {root};
  out.known_from = date(to_string(known), known);
  out.credibility = 2;
  out.spoofability = 2;
  out.issuer = "Vendor One";
  out.source = {"Vendor One, report of " + to_string(known), {"https://example.org/" + id}};
  return out;
}

/// Two clusters and a persona, one earlier victim, an aim, a reported loss, and the inputs of severity.
void add_activity(Case& out) {
  Question nexus;
  nexus.id = "nexus";
  nexus.ask = "Who is behind the attack?";
  nexus.hypotheses = {{"state-a", "State A", {}, true, "State A carried out the attack"},
                      {"crime", "Criminals", {}, true, "criminals carried out the attack"},
                      {"citizens", "Citizens", {}, true, ""}};
  out.questions = {nexus};
  ActivityCluster access, wiping, persona;
  access.id = "access";
  access.name = "Cluster One";
  access.also = {"Old Name"};
  access.role = ActivityRole::kAccess;
  access.did = "opened the door";
  access.evidence = {"A02"};
  access.earlier_victims = {"Northland", "Southland"};
  access.earlier_evidence = {"A02"};
  access.links = {{"wiping", ActivityRelation::kHandsOver, {"A04"}}};
  wiping.id = "wiping";
  wiping.name = "Cluster Two";
  wiping.role = ActivityRole::kDestruction;
  wiping.did = "wiped the disks";
  wiping.evidence = {"A03"};
  persona.id = "persona";
  persona.name = "Angry Citizens";
  persona.role = ActivityRole::kPersona;
  persona.did = "claimed it";
  persona.evidence = {"A01"};
  out.clusters = {access, wiping, persona};
  out.aims = {{"aim", "to punish", {"A01"}, 0}};
  out.losses = {{"loss", "nothing was lost for good", {"A04"}, 0}};
  SeverityInputs severity;
  severity.chosen = {"denial_critical", "effect", "business_management", "apt_targeted",
                     "destruction_critical", "supplemented", "government", "high"};
  severity.evidence[0] = {"A02"};
  severity.ncsc_impact = NcscImpact::kSerious;
  severity.ncsc_victims = {NcscVictim::kCentralGovernment};
  out.severity = severity;
}

Case small_case() {
  Case out;
  out.name = "Example 2022";
  out.summary = "Government services stopped on 15 July 2022 after files were encrypted and disks were wiped.";
  out.notice = "The programs in this case are harmless stand-ins that were built for this example.";
  out.roots = {{"R0", "channels that the actor controls", SourceGrade::kE, "", 0, 0, 0},
               {"R1", "forensics at the victim", SourceGrade::kB, "", 0, 0, 0},
               {"R2", "samples in a public collection", SourceGrade::kA, "", 0, 0, 0},
               {"R4", "withheld collection of an ally", SourceGrade::kA, "allies", 0, 0, 0}};
  out.evidence.push_back(item("A01", EvidenceKind::kPersona, "A persona claims the attack as the act of angry citizens",
                              "R0", on(2022, 7, 17)));
  out.evidence.back().spoofability = 5;
  out.evidence.back().issuer = "Persona";
  out.evidence.push_back(item("A02", EvidenceKind::kForensics, "Access was kept for fourteen months before the attack",
                              "R1", on(2022, 9, 8)));
  out.evidence.back().event_date = date("2021-05..2022-07", on(2021, 5, 1));
  out.evidence.push_back(item("A03", EvidenceKind::kKinship, "The encryptor shares code with a tool used since 2012",
                              "R2", on(2022, 8, 4)));
  out.evidence.back().kinship = KinshipReference{"encryptor.exe", "Older Tool"};
  out.evidence.push_back(item("A04", EvidenceKind::kAllSource, "State actors are responsible", "R4", on(2022, 9, 7)));
  out.evidence.back().issuer = "Allied agency";
  out.evidence.back().wording = "almost certainly responsible";
  out.evidence.push_back(
      item("A05", EvidenceKind::kAssessment, "Allies acknowledge the attribution", "R4", on(2022, 9, 8)));
  out.evidence.back().issuer = "Alliance";
  out.evidence.back().derived_from = {"A04"};
  add_activity(out);
  return out;
}

HypothesisResult hypothesis(std::string id, std::string label, ProbabilityInterval p, double prior) {
  HypothesisResult out;
  out.id = std::move(id);
  out.label = std::move(label);
  out.probability = out.conditional = p;
  out.prior = prior;
  return out;
}

ItemContribution contribution(std::string id, std::string root, EvidenceKind kind, std::string hypothesis,
                              double weight) {
  ItemContribution out;
  out.item = std::move(id);
  out.pool = root;
  out.root = std::move(root);
  out.kind = kind;
  out.hypothesis = std::move(hypothesis);
  out.log10_weight = weight;
  out.written = "++";
  out.reliability = 0.9;
  out.log10_stated = weight + 0.1;
  return out;
}

QuestionResult answered() {
  QuestionResult out;
  out.id = "nexus";
  out.ask = "Who is behind the attack?";
  out.assessed = out.separable = out.resolved = true;
  out.hypotheses.push_back(hypothesis("state-a", "State A", {0.51, 0.69, 0.82}, 0.2));
  out.hypotheses[0].terms = {"likely",
                             false,
                             "realistic possibility",
                             "highly likely",
                             "realistic possibility to highly likely",
                             "likely",
                             "roughly even chance",
                             "very likely",
                             "roughly even chance to very likely",
                             ""};
  out.hypotheses[0].posing = 0.07;
  out.hypotheses.push_back(hypothesis("crime", "Criminals", {0.04, 0.12, 0.2}, 0.2));
  out.hypotheses[1].terms = {"highly unlikely",
                             false,
                             "remote chance",
                             "highly unlikely",
                             "remote chance to highly unlikely",
                             "very unlikely",
                             "almost no chance",
                             "very unlikely",
                             "almost no chance to very unlikely",
                             ""};
  out.hypotheses.push_back(hypothesis("citizens", "Citizens", {0.02, 0.07, 0.14}, 0.2));
  out.hypotheses.push_back(hypothesis("unknown", "Someone else", {0.05, 0.12, 0.2}, 0.2));
  out.leading = "state-a";
  out.confidence = {ConfidenceLevel::kModerate,
                    {"2 independent roots that are hard to fake, 3 needed for high"},
                    {{ConfidenceLevel::kModerate, true, "2 roots support the answer, 2 needed", ConfidenceCriterion::kSupport, 2, 2, ""},
                     {ConfidenceLevel::kHigh, false, "2 independent roots that are hard to fake, 3 needed for high",
                      ConfidenceCriterion::kHard, 2, 3, ""}}};
  out.items = {contribution("A03", "R2", EvidenceKind::kKinship, "state-a", 0.79),
               contribution("A02", "R1", EvidenceKind::kForensics, "state-a", 0.55),
               contribution("A04", "R4", EvidenceKind::kAllSource, "state-a", 0.42),
               contribution("A01", "R0", EvidenceKind::kPersona, "citizens", 0.1),
               contribution("A02", "R1", EvidenceKind::kForensics, "crime", -0.4)};
  out.pools = {{"R2", {"R2"}, "samples in a public collection", "state-a", 0.79, 0, false},
               {"R1", {"R1"}, "forensics at the victim", "state-a", 0.55, 0, false},
               {"allies", {"R4"}, "withheld collection of an ally", "state-a", 0.42, 0, true},
               {"R1", {"R1"}, "forensics at the victim", "crime", 0, 0.4, false}};
  return out;
}

QuestionResult not_separable() {
  QuestionResult out;
  out.id = "organ";
  out.ask = "Which organ of the state?";
  out.given_question = "nexus";
  out.given_hypothesis = "state-a";
  out.given_probability = 0.69;
  out.assessed = true;
  out.hypotheses.push_back(hypothesis("ministry", "Ministry", {0.2, 0.36, 0.52}, 0.4));
  out.hypotheses.push_back(hypothesis("army", "Army", {0.12, 0.24, 0.4}, 0.4));
  out.hypotheses.push_back(hypothesis("unknown", "Another organ", {0.05, 0.09, 0.15}, 0.2));
  for (HypothesisResult& h : out.hypotheses) h.terms.why_none = "no item speaks clearly for one organ";
  return out;
}

QuestionResult not_assessed() {
  QuestionResult out;
  out.id = "person";
  out.ask = "Who gave the order?";
  out.why_not = "nobody has said anything about it";
  out.hypotheses.push_back(hypothesis("minister", "The minister", {}, 0.8));
  out.hypotheses.push_back(hypothesis("unknown", "Someone else", {}, 0.2));
  return out;
}

std::vector<OtherAssessment> others() {
  OtherAssessment ally;
  ally.item = "A04";
  ally.issuer = "Allied agency";
  ally.known_from = on(2022, 9, 7);
  ally.kind = EvidenceKind::kAllSource;
  ally.wording = "almost certainly responsible";
  ally.yardstick = "phia";
  ally.likelihood = "almost certain";
  ally.yardstick_range = "95-100 %";
  ally.says = {"nexus: state-a ++"};
  ally.roots = {"R4"};
  ally.withheld = ally.counted = true;
  ally.source = "Statement of the allied agency";
  OtherAssessment echo = ally;
  echo.item = "A05";
  echo.issuer = "Alliance";
  echo.known_from = on(2022, 9, 8);
  echo.kind = EvidenceKind::kAssessment;
  echo.wording = "acknowledge";
  echo.yardstick = "none";
  echo.likelihood = echo.yardstick_range = "";
  echo.echo_of = {"A04"};
  echo.withheld = echo.counted = false;
  echo.why_not = "repeats A04";
  return {ally, echo};
}

Assessment assessment(Day as_of) {
  Assessment out;
  out.case_name = "Example 2022";
  out.notice = small_case().notice;
  out.as_of = as_of;
  out.questions = {answered(), not_separable(), not_assessed()};
  out.sensitivity = {
      {"nexus", "state-a", SensitivityEntry::Of::kPool, "R2", "samples in a public collection", -0.62, 0.35, "state-a",
       true},
      {"nexus", "state-a", SensitivityEntry::Of::kItem, "A03", "kinship of the encryptor", -0.48, 0.43, "state-a",
       false},
      {"nexus", "state-a", SensitivityEntry::Of::kAssumption, "prior", "prior of State A", 0.2, 0.6, "state-a", false}};
  out.contradictions = {{"nexus", "A01", "A03", "A01 says that citizens did it, A03 that the tool is that of State A"}};
  out.next_evidence = {
      {"nexus", "Telemetry of the same cluster on other victims", EvidenceKind::kTelemetry, 0.19, 1.57, 0.5, false, ""},
      {"nexus", "Confirm that the samples are the ones used", EvidenceKind::kForensics, 0.09, 1.57, 0.5, true, "A03"}};
  out.others = others();
  out.silent = {{"A05", SilentItem::Reason::kEcho, "repeats A04"}};
  out.items_known = 5;
  out.items_counted = 4;
  return out;
}

std::vector<Assessment> timeline() {
  std::vector<Assessment> out;
  const ProbabilityInterval steps[] = {{0.09, 0.16, 0.28}, {0.27, 0.43, 0.61}, {0.45, 0.6, 0.74}};
  const Day days[] = {on(2022, 7, 17), on(2022, 8, 4), on(2022, 9, 7)};
  for (std::size_t i = 0; i < 3; ++i) {
    Assessment step = assessment(days[i]);
    step.questions[0].hypotheses[0].probability = steps[i];
    step.sensitivity.clear();
    out.push_back(std::move(step));
  }
  out.push_back(assessment(on(2022, 9, 8)));
  return out;
}

CustodyState custody() {
  CustodyState out;
  CustodyEntry entry;
  entry.sequence = 1;
  entry.event = {"2022-07-18T09:00:00Z", "analyst", "added", "artifacts/encryptor.exe", Sha256{}, 40960, ""};
  out.entries = {entry};
  out.head = {1, Sha256{}};
  out.artifacts_checked = 1;
  out.problems = {{CustodyProblem::Kind::kUnrecorded, 0, "artifacts/notes.txt", "no entry says who added it"}};
  return out;
}

}  // namespace

CaseReport small_case_report() {
  CaseReport out;
  out.tlp = "TLP:CLEAR";
  out.authors = {"National CERT"};
  out.input = small_case();
  out.assessment = assessment(on(2022, 9, 8));
  out.timeline = timeline();
  TimelineAnswer answer{"nexus", true, "state-a", "State A", true, false, {0.3, 0.55, 0.7}, "likely", ConfidenceLevel::kLow, 0, {{"A03", 0.5}}};
  out.changes.push_back({on(2022, 8, 4), {"A03"}, {answer}, {}});
  answer.probability = {0.51, 0.69, 0.82};
  answer.log10_change = 0.26;
  answer.moves = {{"A02", 0.31}, {"A04", -0.05}};
  out.changes.push_back({on(2022, 9, 8), {"A02", "A05"}, {answer}, {}});
  out.artifacts.push_back({"artifacts/encryptor.exe",
                           std::string(64, '1'),
                           40960,
                           "encryptor",
                           "harmless stand-in for ROADSWEEP",
                           true,
                           "",
                           {small_match_report()}});
  out.artifacts.push_back({"artifacts/notes.txt",
                           std::string(64, '2'),
                           12,
                           "",
                           "",
                           false,
                           "offset 0x0: not a format that is read here",
                           {}});
  out.index = {12, 3400, 4, 1};
  out.stand_in_families = {{"Older Tool", "harmless stand-in for CHIMNEYSWEEP"}};
  out.custody = custody();
  out.tool_version = "prova 0.1.0 (test)";
  out.generated_at = "2026-01-02T03:04:05Z";
  return out;
}

namespace {

void make_hostile(QuestionResult& question) {
  question.ask = question.why_not = kHostile;
  for (HypothesisResult& h : question.hypotheses) h.label = h.terms.why_none = kHostile;
  for (ItemContribution& c : question.items) c.root = c.pool = c.written = c.note = kHostile;
  for (PoolContribution& c : question.pools) c.label = c.pool = kHostile;
  question.confidence.reasons = {kHostile};
  for (ConfidenceReason& reason : question.confidence.criteria) reason.text = kHostile;
}

void make_hostile(Assessment& assessment) {
  assessment.case_name = assessment.notice = assessment.summary = kHostile;
  for (QuestionResult& question : assessment.questions) make_hostile(question);
  for (SensitivityEntry& s : assessment.sensitivity) s.label = s.id = kHostile;
  for (Contradiction& c : assessment.contradictions) c.text = c.item_a = kHostile;
  for (NextEvidence& n : assessment.next_evidence) n.action = n.item = kHostile;
  for (OtherAssessment& o : assessment.others) {
    o.issuer = o.wording = o.yardstick = o.likelihood = o.confidence = o.source = o.why_not = kHostile;
    o.says = o.roots = o.urls = {kHostile, "javascript:alert(1)"};
  }
  for (SilentItem& s : assessment.silent) s.text = kHostile;
  assessment.warnings = {kHostile};
}

}  // namespace

CaseReport hostile_case_report() {
  CaseReport out = small_case_report();
  out.title = out.tlp = out.tool_version = out.generated_at = kHostile;
  out.authors = {kHostile};
  out.input.name = out.input.summary = out.input.notice = kHostile;
  for (Root& root : out.input.roots) root.label = kHostile;
  for (EvidenceItem& e : out.input.evidence) {
    e.id += kHostile;
    e.claim = e.issuer = e.wording = e.note = e.source.text = e.known_from.text = kHostile;
    e.source.urls = {"javascript:alert(1)", "https://example.org/\"><script>"};
  }
  for (ActivityCluster& cluster : out.input.clusters) {
    cluster.name = cluster.did = kHostile;
    cluster.also = cluster.earlier_victims = {kHostile};
  }
  for (SourcedText& aim : out.input.aims) aim.text = kHostile;
  for (SourcedText& loss : out.input.losses) loss.text = kHostile;
  make_hostile(out.assessment);
  for (Assessment& step : out.timeline) make_hostile(step);
  for (ArtifactResult& artifact : out.artifacts) {
    artifact.path = artifact.role = artifact.stand_in = artifact.error = artifact.sha256 = kHostile;
    for (MatchReport& match : artifact.matches) match = hostile_match_report();
  }
  out.failed = {{kHostile, kHostile}};
  out.stand_in_families = {{kHostile, kHostile}};
  for (CustodyEntry& entry : out.custody.entries) entry.event.who = entry.event.path = entry.event.note = kHostile;
  for (CustodyProblem& problem : out.custody.problems) problem.path = problem.message = kHostile;
  return out;
}

}  // namespace prova::report
