// Every function of a program: found, narrowed, sorted on the server; only what is in sight is here.
import { useCallback, useState } from "preact/hooks";
import { casePath } from "../../api";
import { FacetChips } from "../../components/FacetChips";
import { usePagedRows } from "../../components/pagedRows";
import { SearchField } from "../../components/parts";
import { ErrorState } from "../../components/states";
import { Untrusted } from "../../components/Untrusted";
import { VirtualTable, type Column, type Sorting } from "../../components/VirtualTable";
import { bytes, count, decimal, log10 } from "../../format";
import { t } from "../../i18n";
import { setQuery, useRoute } from "../../router";
import { hex, kRoles, type FunctionRole, type FunctionRow, type KnownSample, type ListedProgram } from "./documents";
import { FunctionSheet } from "./FunctionSheet";

const columns = (): Column<FunctionRow>[] => [
  { id: "address", head: t("kinship.address"), width: "7.2rem", sortable: true, cell: (row) => <code>{hex(row.address)}</code> },
  { id: "label", head: t("kinship.name"), width: "minmax(5rem, 0.8fr)", sortable: true, cell: (row) => (row.name ? <Untrusted text={row.name} /> : <span class="soft">–</span>) },
  { id: "size", head: t("kinship.size"), width: "4.5rem", align: "end", sortable: true, cell: (row) => bytes(row.size) },
  { id: "role", head: t("kinship.role"), width: "minmax(9rem, 1.2fr)", cell: (row) => <span class="role-cell"><i class={`swatch is-${row.role}`} aria-hidden="true" /><span title={t(`kinship.role.${row.role}`)}>{row.group}</span></span> },
  { id: "best", head: t("kinship.best"), width: "minmax(9rem, 1.2fr)", cell: (row) => <BestMatch row={row} /> },
  { id: "similarity", head: t("kinship.similarity"), width: "5.4rem", align: "end", sortable: true, cell: (row) => (row.matches[0] ? <Similarity value={row.matches[0].similarity} /> : "–") },
  { id: "log10_lr", head: t("kinship.lr"), width: "4rem", align: "end", sortable: true, cell: (row) => (row.matches[0]?.log10_lr != null ? log10(row.matches[0].log10_lr) : "–") },
];

function BestMatch({ row }: { row: FunctionRow }) {
  const match = row.matches[0];
  if (!match) return <span class="soft">{t("kinship.no_match")}</span>;
  return <span><Untrusted text={match.name ?? hex(match.address)} /> <span class="soft"><Untrusted text={match.sample_name} /></span></span>;
}

export function Similarity({ value }: { value: number }) {
  return <span class="similarity"><i style={{ width: `${Math.round(value * 100)}%` }} /><span>{decimal(value, 2)}</span></span>;
}

/** What is shared with malware is what somebody looks for first; without any, everything. */
function firstRoles(listed: ListedProgram): FunctionRole[] {
  return (["unique", "family"] as const).filter((role) => (listed.program.counts[role]?.functions ?? 0) > 0);
}

export function FunctionTable({ caseId, listed, samples }: { caseId: string; listed: ListedProgram; samples: readonly KnownSample[] }) {
  const query = useRoute().query;
  const asked = query.get("roles");
  const roles = asked === null ? firstRoles(listed) : kRoles.filter((role) => asked.split(",").includes(role));
  const [search, setSearch] = useState("");
  const [sorting, setSorting] = useState<Sorting | null>({ column: "log10_lr", descending: true });
  const [open, setOpen] = useState<FunctionRow | null>(null);
  const rows = usePagedRows<FunctionRow>(casePath(caseId, "/kinship/functions"), {
    artifact: listed.program.sample.sha256, member: listed.program.sample.member, role: roles, group: query.get("group"), q: search,
    sort: sorting ? `${sorting.descending ? "-" : ""}${sorting.column}` : null,
  });
  const facets = kRoles.filter((role) => listed.program.counts[role]).map((role) => ({ id: role, label: t(`kinship.role.${role}`), rows: listed.program.counts[role]!.functions, mark: `is-${role}` }));
  const sort = useCallback((next: Sorting) => setSorting((before) => (before?.column === next.column ? next : { ...next, descending: next.column !== "address" && next.column !== "label" })), []);
  if (rows.error) return <ErrorState error={rows.error} />;
  return (
    <>
      <div class="list-tools">
        <FacetChips label={t("kinship.role")} facets={facets} chosen={roles} onChange={(chosen) => setQuery({ roles: chosen.join(",") || "all", group: null })} />
        {query.get("group") && <button type="button" class="badge" onClick={() => setQuery({ group: null })}>{query.get("group")} ×</button>}
        <SearchField value={search} onInput={setSearch} />
        <span class="list-count" aria-live="polite">{t("kinship.of_rows", { shown: count(rows.count), all: count(rows.total) })}</span>
      </div>
      <div class="function-table">
        <VirtualTable<FunctionRow> label={t("kinship.tab_functions")} columns={columns()} count={rows.count} row={rows.row} rowKey={(row) => String(row.address)} rowHeight={30}
          onRange={rows.onRange} sorting={sorting} onSort={sort} onOpen={(row) => setOpen(row)} empty={rows.loading ? t("shell.loading") : undefined} />
      </div>
      {open && <FunctionSheet listed={listed} row={open} samples={samples} onClose={() => setOpen(null)} />}
    </>
  );
}
