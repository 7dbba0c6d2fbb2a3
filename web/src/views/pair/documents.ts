// prova/compare/1 (docs/formats/compare.md), as far as the view reads it.
export interface ComparedFunction {
  address: number;
  size: number;
  name: string | null;
  blocks: number;
  instructions: number;
}
export interface FunctionPair {
  left: ComparedFunction;
  right: ComparedFunction;
  state: "identical" | "changed";
  common_code: boolean;
  similarity: number;
  log10_lr: number | null;
  because: string[];
}
export interface ComparedSide {
  name: string;
  member: string | null;
  sha256: string;
  format: string;
  arch: string;
  bits: number;
  size: number;
  capped: boolean;
}
export interface CodeLine {
  address: number;
  text: string;
  refers: string | null;
}
export type RowKind = "equal" | "alike" | "only_left" | "only_right";
export interface AlignedRow {
  kind: RowKind;
  left: CodeLine | null;
  right: CodeLine | null;
}
export interface AlignedBlock {
  left: number | null;
  right: number | null;
  left_to: number[];
  right_to: number[];
  similarity: number;
  rows: AlignedRow[];
}
export interface AlignedPair {
  left: number;
  right: number;
  equal: number;
  alike: number;
  only_left: number;
  only_right: number;
  capped: boolean;
  blocks: AlignedBlock[];
}
export interface CompareDocument {
  left: ComparedSide;
  right: ComparedSide;
  summary: {
    identical: number; changed: number; only_left: number; only_right: number; left_bytes: number; right_bytes: number;
    matched_left_bytes: number; matched_right_bytes: number; identical_bytes: number; log10_lr: number; verbal: string;
  };
  pairs: FunctionPair[];
  aligned: AlignedPair[];
}

export type BlockLook = "equal" | "alike" | "lone";

export function lookOf(block: AlignedBlock): BlockLook {
  if (block.left === null || block.right === null) return "lone";
  return block.rows.every((row) => row.kind === "equal") ? "equal" : "alike";
}

export const nameOf = (one: ComparedFunction): string => one.name ?? `sub_${one.address.toString(16)}`;
