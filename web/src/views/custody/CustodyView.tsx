// The chain of custody: whether log and files are what they were, and every entry.
import { useState } from "preact/hooks";
import { casePath, forgetCase, useDocument } from "../../api";
import { Panel, SearchField, ViewHead } from "../../components/parts";
import { EmptyState, Show } from "../../components/states";
import { Digest, PathText, Untrusted } from "../../components/Untrusted";
import { VirtualTable, type Column } from "../../components/VirtualTable";
import { bytes, count, moment } from "../../format";
import { t, tCode } from "../../i18n";
import type { ViewProps } from "..";
import "../../styles/views.css";
import "./custody.css";

interface Entry {
  sequence: number;
  time: string;
  who: string;
  action: string;
  path: string | null;
  sha256: string | null;
  size: number | null;
  note: string | null;
  previous: string;
  hash: string;
}
interface RecordedFile {
  path: string;
  action: string;
  sequence: number;
  time: string;
  size: number;
  sha256: string;
  state: "as_recorded" | "changed" | "missing" | "not_checked";
  sha256_now: string | null;
  note: string | null;
}
interface CustodyDocument {
  checked_at: string;
  intact: boolean;
  head: { sequence: number; hash: string };
  artifacts_checked: number;
  problems_total: number;
  problems: { kind: string; line: number | null; path: string | null; message: string }[];
  files: RecordedFile[];
  entries_total: number;
  entries: Entry[];
}

const kStateMarks = { as_recorded: "is-intact", changed: "is-lost", missing: "is-lost", not_checked: "is-none" } as const;

const fileColumns = (): Column<RecordedFile>[] => [
  { id: "path", head: t("custody.file"), width: "minmax(14rem, 1.4fr)", cell: (row) => <PathText path={row.path} keep={64} /> },
  { id: "state", head: t("custody.state"), hint: t("custody.state_hint"), width: "minmax(10rem, 0.8fr)", cell: (row) => (
    <span class="role-cell" title={row.sha256_now ?? undefined}><i class={`swatch ${kStateMarks[row.state]}`} aria-hidden="true" />{t(`custody.state.${row.state}`)}{row.state === "changed" && <span class="soft"> {t("custody.now", { hash: row.sha256_now?.slice(0, 8) ?? "" })}</span>}</span>
  ) },
  { id: "sha256", head: t("custody.recorded"), width: "11rem", cell: (row) => <Digest value={row.sha256} length={16} /> },
  { id: "size", head: t("custody.size"), width: "5.5rem", align: "end", cell: (row) => bytes(row.size) },
  { id: "sequence", head: t("custody.number"), width: "3.5rem", align: "end", cell: (row) => count(row.sequence) },
];

const entryColumns = (): Column<Entry>[] => [
  { id: "sequence", head: t("custody.number"), width: "3.5rem", align: "end", cell: (row) => count(row.sequence) },
  { id: "time", head: t("custody.time"), width: "10.5rem", cell: (row) => <span title={row.time}>{moment(row.time)}</span> },
  { id: "who", head: t("custody.who"), width: "7rem", cell: (row) => <Untrusted text={row.who} /> },
  { id: "action", head: t("custody.action"), width: "6.5rem", cell: (row) => tCode("custody.action", row.action) },
  { id: "path", head: t("custody.file"), width: "minmax(12rem, 1fr)", cell: (row) => <span class="entry-file">{row.path && <PathText path={row.path} keep={56} />}{row.note && <span class="soft"><Untrusted text={row.note} /></span>}</span> },
  { id: "sha256", head: "SHA-256", width: "8.5rem", cell: (row) => <Digest value={row.sha256} /> },
  { id: "hash", head: t("custody.hash"), width: "8.5rem", cell: (row) => <Digest value={row.hash} /> },
];

export default function CustodyView({ caseId }: ViewProps) {
  const loaded = useDocument<CustodyDocument>(casePath(caseId, "/custody"));
  return (
    <>
      <ViewHead title={t("view.custody")}>
        <button type="button" class="button" onClick={() => forgetCase(caseId)}>{t("custody.again")}</button>
      </ViewHead>
      <Show loaded={loaded}>
        {(document) => (document.entries_total === 0 && document.problems_total === 0 ? <EmptyState title={t("custody.empty")}>{t("custody.empty_remedy")}</EmptyState> : <Custody document={document} />)}
      </Show>
    </>
  );
}

function State({ document }: { document: CustodyDocument }) {
  return (
    <div class="custody-state">
      <div>
        <p class={`custody-verdict ${document.intact ? "good" : "bad"}`}><span aria-hidden="true">{document.intact ? "✓" : "!"}</span> {t(document.intact ? "custody.intact" : "custody.broken")}</p>
        <p class="soft">{t("custody.checked", { when: moment(document.checked_at), entries: count(document.entries_total), artifacts: count(document.artifacts_checked) })}</p>
      </div>
      <div class="custody-head" title={t("custody.head_hint")}>
        <p class="soft">{t("custody.head")}, {t("custody.entry", { sequence: document.head.sequence })}</p>
        <p class="mono custody-hash">{document.head.hash}</p>
        <button type="button" class="link-button" onClick={() => void navigator.clipboard?.writeText(`${document.head.sequence} ${document.head.hash}`)}>{t("shell.copy")}</button>
      </div>
    </div>
  );
}

function Custody({ document }: { document: CustodyDocument }) {
  const [search, setSearch] = useState("");
  const text = search.toLowerCase();
  const entries = document.entries.filter((entry) => text === "" || [entry.path, entry.who, entry.action, entry.sha256, entry.note].some((one) => one?.toLowerCase().includes(text)));
  // What is not as recorded comes first: it is the only thing to act on.
  const rank = { changed: 0, missing: 0, as_recorded: 1, not_checked: 2 } as const;
  const files = [...document.files].sort((a, b) => rank[a.state] - rank[b.state]);
  return (
    <div class="stacked custody">
      <State document={document} />
      {document.problems.length > 0 && (
        <Panel title={t("custody.findings")}>
          <table>
            <thead><tr><th scope="col">{t("custody.finding")}</th><th scope="col">{t("custody.where")}</th><th scope="col">{t("custody.what")}</th></tr></thead>
            <tbody>{document.problems.slice(0, 200).map((one, i) => <tr key={i}><td class="bad">{tCode("custody.problem", one.kind)}</td><td>{one.path ? <PathText path={one.path} /> : t("custody.line", { line: one.line ?? 0 })}</td><td><Untrusted text={one.message} /></td></tr>)}</tbody>
          </table>
        </Panel>
      )}
      <Panel title={t("custody.files")} aside={t("custody.state_hint")}>
        <div class="custody-files" style={{ height: `${Math.min(14, files.length + 1) * 28 + 6}px` }}>
          <VirtualTable<RecordedFile> label={t("custody.files")} columns={fileColumns()} count={files.length} row={(index) => files[index]} rowKey={(row) => row.path} rowHeight={28} />
        </div>
      </Panel>
      <Panel title={t("custody.log")} aside={t("custody.of_entries", { shown: count(entries.length), all: count(document.entries_total) })}>
        <div class="list-tools"><SearchField value={search} onInput={setSearch} /></div>
        <div class="custody-log">
          <VirtualTable<Entry> label={t("custody.log")} columns={entryColumns()} count={entries.length} row={(index) => entries[index]} rowKey={(row) => String(row.sequence)} rowHeight={28} />
        </div>
      </Panel>
    </div>
  );
}
