// The shapes of the documents that the server sends, as docs/formats/*.md describe them. Only fields that views read.

export interface Problem {
  line: number | null;
  message: string;
}

// ---- prova/workbench/1
export interface WorkbenchDocument {
  schema: string;
  version: string;
  user: string;
  cases: { id: string; name: string; directory: string; errors: number }[];
  languages: string[];
  yardsticks: string[];
}

// ---- prova/workbench-case/1
export interface CaseHypothesis {
  id: string;
  label: string | null;
  statement: string | null;
  prior: number | null;
  imitable: boolean;
}
export interface CaseQuestion {
  id: string;
  ask: string;
  given: { question: string; hypothesis: string } | null;
  prior_unknown: number | null;
  hypotheses: CaseHypothesis[];
}
export interface CaseRoot {
  id: string;
  label: string | null;
  grade: string | null;
  pool: string | null;
}
export interface CaseIssuer {
  name: string;
  wording: string | null;
  yardstick: string | null;
  likelihood: string | null;
  confidence: string | null;
}
export interface CaseItem {
  id: string;
  kind: string;
  claim: string;
  event_date: string | null;
  known_from: string;
  roots: string[];
  credibility: number;
  spoofability: number | null;
  issuer: CaseIssuer | null;
  says: { question: string; hypothesis: string; strength: string }[];
  source: { text: string | null; urls: string[] };
  derived_from: string[];
  confirms: string[];
  disproves: string[];
  replaces: string[];
  note: string | null;
}
export interface EvidenceKind {
  name: string;
  label: string;
  cap: number;
  spoofability: number;
  aspect: string;
  why: string;
}
export interface CaseDocument {
  schema: string;
  id: string;
  revision: string | null;
  name: string;
  summary: string | null;
  notice: string | null;
  tlp: string | null;
  errors: Problem[];
  warnings: Problem[];
  questions: CaseQuestion[];
  roots: CaseRoot[];
  evidence: CaseItem[];
  choices: { kinds: EvidenceKind[]; grades: string[]; strengths: string[]; issuer_yardsticks: string[] };
  reported_at: string | null;
}

// ---- prova/assess/1
export interface Interval {
  low: number | null;
  mid: number | null;
  high: number | null;
}
export interface Terms {
  phia: string | null;
  phia_range: string | null;
  phia_in_gap: boolean;
  icd203: string | null;
  icd203_range: string | null;
  why_none: string | null;
}
export interface Hypothesis {
  id: string;
  label: string;
  probability: Interval;
  conditional: Interval;
  prior: number;
  terms: Terms;
  imitable: boolean;
  posing: number | null;
  imitated_by_unknown: number | null;
}
export interface Criterion {
  level: "low" | "moderate" | "high";
  met: boolean;
  text: string;
  rule?: string;
  found?: number;
  needed?: number;
  source?: string | null;
}
export interface Confidence {
  level: "low" | "moderate" | "high";
  reasons: string[];
  criteria?: Criterion[];
}
export interface ItemWeight {
  item: string;
  pool: string;
  root: string;
  kind: string;
  hypothesis: string;
  log10_weight: number;
  log10_stated: number;
  reliability: number;
  written: string;
  implied: boolean;
  absorbed: boolean;
  note: string | null;
}
export interface PoolWeight {
  pool: string;
  label: string;
  roots: string[];
  hypothesis: string;
  log10_for: number;
  log10_against: number;
  withheld: boolean;
}
export interface Question {
  id: string;
  ask: string;
  assessed: boolean;
  given: { question: string; hypothesis: string; probability: number | null } | null;
  hypotheses: Hypothesis[];
  leading: string | null;
  separable: boolean;
  resolved: boolean;
  why_not: string | null;
  confidence: Confidence;
  items?: ItemWeight[];
  pools?: PoolWeight[];
}
export interface Sensitivity {
  question: string;
  hypothesis: string;
  of: "item" | "pool" | "assumption";
  id: string;
  label: string;
  log10_odds: number;
  probability_without: number;
  leader_without: string | null;
  decisive: boolean;
}
export interface NextEvidence {
  question: string;
  action: string;
  kind: string;
  bits: number;
  entropy_bits: number;
  find: number;
  confirms: string | null;
}
export interface OtherAssessment {
  item: string;
  issuer: string;
  known_from: string;
  kind: string;
  wording: string;
  yardstick: string | null;
  yardstick_range: string | null;
  likelihood: string | null;
  confidence: string | null;
  says: string[];
  roots: string[];
  echo_of: string[];
  withheld: boolean;
  counted: boolean;
  why_not: string | null;
}
export type ReportingKind = "first_hand" | "summary" | "circular" | "undeclared";
export interface Reporting {
  item: string;
  kind: ReportingKind;
  repeats: string[];
  earlier: string[];
  roots: string[];
}
export interface Severity {
  nciss: { score: number; level: string; score_without_actor: number; level_without_actor: string };
  ncsc_category: number | null;
  inputs: { input: string; is: string; weight: number; points: number; evidence: string[] }[];
}
export interface Assessment {
  schema: string;
  case: string;
  notice: string | null;
  as_of: string | null;
  items_known: number;
  items_counted: number;
  questions: Question[];
  sensitivity: Sensitivity[];
  contradictions: { question: string; item_a: string; item_b: string; text: string }[];
  next_evidence: NextEvidence[];
  others: OtherAssessment[];
  silent: { item: string; reason: string; text: string }[];
  warnings: string[];
  reporting?: Reporting[];
  severity?: Severity | null;
}

// ---- prova/timeline/1
export interface Move {
  item: string;
  log10_odds: number;
}
export interface DayAnswer {
  question: string;
  assessed: boolean;
  hypothesis: string | null;
  separable: boolean;
  resolved: boolean;
  low: number | null;
  mid: number | null;
  high: number | null;
  phia: string | null;
  confidence: string | null;
  log10_change: number;
  moves: Move[];
}
export interface TimelineDay {
  day: string;
  new_items: string[];
  answers: DayAnswer[];
  /** Every question with all its hypotheses, as in prova/assess/1; only the workbench's document has it. */
  questions?: Question[];
}
export interface Timeline {
  schema: string;
  case: string;
  days: TimelineDay[];
}

// ---- prova/statement/1
export interface StatementSentence {
  text: string;
  kind: "likelihood" | "confidence" | "finding" | "unknown";
  evidence: string[];
  findings: { rule: string; word: string | null }[];
}
export type StatementBlock =
  | { type: "paragraph" | "bullet"; sentences: StatementSentence[] }
  | { type: "subheading"; text: string }
  | { type: "figure"; text: string }
  | { type: "table"; head: string[]; rows: string[][]; ids: string[]; left_out: number };
export interface StatementDocument {
  schema: string;
  language: string;
  audience: string;
  tlp: string | null;
  as_of: string | null;
  title: string;
  kind: string;
  notice: string | null;
  summary: string | null;
  untranslated: number;
  sections: { id: string; heading: string; blocks: StatementBlock[] }[];
  findings: string[];
}

// ---- jobs
export interface Job {
  id: number;
  case: string;
  kind: string;
  state: "running" | "done" | "failed" | "cancelled";
  progress: { done: number; total: number | null; step: string | null } | null;
  error: string | null;
}
