// prova/damage/1, prova/damage-files/1 and prova/damage-map/1, as far as the view reads them.
export const kVerdicts = ["intact", "moved", "survives_on_disk", "survives_in_backup", "survives_in_copy", "partial", "not_found"] as const;
export type Verdict = (typeof kVerdicts)[number];
export const kVerdictMarks: Record<Verdict, string> = {
  intact: "is-intact", moved: "is-moved", survives_on_disk: "is-disk", survives_in_backup: "is-backup", survives_in_copy: "is-copy", partial: "is-partial", not_found: "is-lost",
};

export interface Total {
  files: number;
  bytes: number;
}
export type Totals = Record<Verdict, Total>;
export interface Structure {
  name: string;
  offset: number;
  state: "ok" | "damaged" | "recoverable_from_copy";
  detail: string;
}
export interface DamageSource {
  path: string;
  role: "image" | "directory" | "backup" | "copy";
  size: number;
  read_bytes: number;
  unread_bytes: number;
  files: number;
  readable: boolean;
  problems: string[];
  format?: string;
  structures?: Structure[];
  pattern?: { name: string; replaced_by: string; places: number; n: number; until: number };
  steps?: { all: number; known: number; constant: number; unread: number };
}
export interface DamageDocument {
  inventory: { created: string; root: string; age_s: number; files: number };
  scanned: string;
  sentence: string;
  totals: Totals;
  in_inventory: Total;
  partial_bytes: number;
  systems: { system: string; totals: Totals }[];
  sources: DamageSource[];
  patterns: { name: string; files: number }[];
}
export interface Extent {
  file_offset: number;
  length: number;
  kind: string;
  source?: number;
  path?: string | null;
  offset?: number;
}
export interface FileRow {
  path: string;
  system: string;
  size: number;
  verdict: Verdict;
  survived_bytes: number;
  in_inventory: boolean;
  sha256: string;
  sources: { source: number; path: string | null; whole: boolean }[];
  extents: Extent[];
  extents_total: number;
  pattern: { name: string; lost_blocks: number; blocks: number; replaced_by: string; renamed_to: string | null } | null;
  note: string | null;
}
/** [cells, known, constant, other, unread]: that many equal cells. */
export type MapRun = [number, number, number, number, number];
export interface MapDocument {
  source: number;
  step_bytes: number;
  phase: number;
  steps: number;
  first: number;
  steps_per_cell: number;
  runs: MapRun[];
}

export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
export const whole = (totals: Totals, of: keyof Total): number => kVerdicts.reduce((sum, verdict) => sum + totals[verdict][of], 0);
