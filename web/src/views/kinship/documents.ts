// prova/kinship/1 and prova/kinship-functions/1 (docs/formats/workbench-views.md), as far as the view reads them.
export type FunctionRole = "unique" | "family" | "unknown" | "goodware" | "library";
export const kRoles: readonly FunctionRole[] = ["unique", "family", "unknown", "goodware", "library"];

export interface Family {
  family: string;
  actor: string | null;
  role: "malware" | "library" | "goodware";
  log10_lr: number | null;
  verbal: string | null;
  shared_functions: number;
  shared_bytes: number;
  of_bytes: number;
  evidence: string[];
  first_seen?: string | null;
  version: string | null;
}
export interface FunctionGroup {
  group: string;
  role: FunctionRole;
  functions: number;
  bytes: number;
  best_log10_lr: number;
}
export interface Toolmark {
  kind: string;
  value: string;
  families: string[];
  log10_lr: number | null;
  because: string | null;
  note: string | null;
}
export interface Program {
  sample: { name: string; member: string | null; sha256: string; format: string; arch: string; bits: number; size: number };
  code_bytes: number;
  library_bytes: number;
  goodware_bytes: number;
  families: Family[];
  toolmarks: Toolmark[];
  too_small: number;
  capped: boolean;
  anomalies_total: number;
  counts: Partial<Record<FunctionRole, { functions: number; bytes: number }>>;
  groups: FunctionGroup[];
}
export interface Artifact {
  path: string;
  sha256: string;
  size: number;
  role: string | null;
  stand_in: string | null;
  status: string;
  error: string | null;
  programs: Program[];
}
export interface SharedCode {
  program: string;
  member: string | null;
  sample: string;
  functions: number;
  bytes: number;
  telling_functions: number;
  telling_bytes: number;
  best_log10_lr: number;
}
export interface KnownSample {
  sha256: string;
  name: string;
  family: string;
  role: "malware" | "library" | "goodware";
  at_hand: boolean;
}
export interface KinshipDocument {
  generated: { tool: string; at: string } | null;
  index: { samples: number; functions: number; families: number } | null;
  notice: string | null;
  artifacts: Artifact[];
  failed: { path: string; reason: string }[];
  shared: SharedCode[];
  samples: KnownSample[];
}
export interface FunctionMatch {
  sample: string;
  sample_name: string;
  family: string;
  role: string;
  address: number;
  name: string | null;
  similarity: number;
  exact: boolean;
  log10_lr: number | null;
  because: string[];
}
export interface FunctionRow {
  address: number;
  size: number;
  name: string | null;
  role: FunctionRole;
  group: string;
  matches_total: number;
  matches: FunctionMatch[];
}

/** A program and the artefact that it is in. */
export interface ListedProgram {
  key: string;
  artifact: Artifact;
  program: Program;
}

export const programKey = (program: Program): string => (program.sample.member ? `${program.sample.sha256}!${program.sample.member}` : program.sample.sha256);

export const programsOf = (document: KinshipDocument): ListedProgram[] =>
  document.artifacts.flatMap((artifact) => artifact.programs.map((program) => ({ key: programKey(program), artifact, program })));

export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export const nameOfProgram = ({ artifact, program }: ListedProgram): string =>
  program.sample.member ? `${fileName(artifact.path)}!${program.sample.member}` : fileName(artifact.path);

/** The strongest malware family, whatever it weighs. */
export const closestFamily = (program: Program): Family | undefined =>
  program.families.filter((family) => family.role === "malware").sort((a, b) => (b.log10_lr ?? 0) - (a.log10_lr ?? 0))[0];

export const hex = (address: number): string => `0x${address.toString(16)}`;

/** Bytes of the program that neither libraries nor ordinary software explain. */
export const ownBytes = (program: Program): number =>
  (["unique", "family", "unknown"] as const).reduce((sum, role) => sum + (program.counts[role]?.bytes ?? 0), 0);
