// What a view shows when there is nothing to show yet, nothing at all, or an error: one sentence, and what to do next.
import type { ComponentChildren } from "preact";
import { ApiError, type Loaded } from "../api";
import { t } from "../i18n";

export function EmptyState({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <p class="state-title">{title}</p>
      {children && <div class="state-text">{children}</div>}
    </div>
  );
}

export function ErrorState({ error, retry }: { error: ApiError; retry?: () => void }) {
  const unreachable = error.status === 0;
  return (
    <div class="state is-error" role="alert">
      <p class="state-title">{unreachable ? t("shell.unreachable") : t("shell.failed")}</p>
      <div class="state-text">
        <p>{unreachable ? t("shell.unreachable_remedy") : error.message}</p>
        {retry && <button type="button" class="button" onClick={retry}>{t("shell.retry")}</button>}
      </div>
    </div>
  );
}

/** Grey lines in the place of what is on its way; shown only after a moment, so that fast answers do not flash. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  return (
    <div class="skeleton" role="status" aria-label={t("shell.loading")}>
      {Array.from({ length: lines }, (_, i) => <span key={i} style={{ width: `${92 - ((i * 37) % 45)}%` }} />)}
    </div>
  );
}

/** Shows a loaded document, or the state it is in. `missing` is shown for 404: nothing there yet is not a failure. */
export function Show<T>({ loaded, children, missing }: {
  loaded: Loaded<T>; children: (value: T, stale: boolean) => ComponentChildren; missing?: (error: ApiError) => ComponentChildren;
}) {
  if (loaded.error && loaded.error.status === 404 && missing) return <>{missing(loaded.error)}</>;
  if (loaded.error && loaded.error.status !== 401) return <ErrorState error={loaded.error} retry={loaded.retry} />;
  if (loaded.value === null) return <Skeleton />;
  return <div class={`shown${loaded.stale ? " is-stale" : ""}`} aria-busy={loaded.stale}>{children(loaded.value, loaded.stale)}</div>;
}
