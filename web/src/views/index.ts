// Every view of a case, in the order of the navigation. A view is a folder with a component as its default export and
// is fetched when it is first opened. `hidden` ones are reached from other views only.
import type { ComponentType } from "preact";
import type { CaseDocument } from "../documents";
import type { MessageKey } from "../i18n";

export interface ViewProps {
  caseId: string;
  caseDocument: CaseDocument;
}

export interface ViewEntry {
  id: string;
  title: MessageKey;
  /** A rule above it in the navigation. */
  opensGroup?: boolean;
  hidden?: boolean;
  load(): Promise<{ default: ComponentType<ViewProps> }>;
}

export const views: readonly ViewEntry[] = [
  { id: "overview", title: "view.overview", load: () => import("./overview/OverviewView") },
  { id: "time", title: "view.time", load: () => import("./time/TimeView") },
  { id: "evidence", title: "view.evidence", load: () => import("./evidence/EvidenceView") },
  { id: "kinship", title: "view.kinship", opensGroup: true, load: () => import("./kinship/KinshipView") },
  { id: "pair", title: "view.pair", load: () => import("./pair/PairView") },
  { id: "damage", title: "view.damage", load: () => import("./damage/DamageView") },
  { id: "leak", title: "view.leak", load: () => import("./leak/LeakView") },
  { id: "custody", title: "view.custody", load: () => import("./custody/CustodyView") },
  { id: "statement", title: "view.statement", opensGroup: true, load: () => import("./statement/StatementView") },
];
