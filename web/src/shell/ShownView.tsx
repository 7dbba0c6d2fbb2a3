// Fetches the chunk of a view and shows it. A view that throws takes nothing else down.
import { Component, type ComponentChildren, type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { EmptyState, Skeleton } from "../components/states";
import { t } from "../i18n";
import type { ViewEntry, ViewProps } from "../views";

const loadedViews = new Map<string, ComponentType<ViewProps>>();

export function ShownView({ entry, ...props }: { entry: ViewEntry } & ViewProps) {
  const [View, setView] = useState<ComponentType<ViewProps> | undefined>(() => loadedViews.get(entry.id));
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    let here = true;
    entry.load().then(
      (chunk) => {
        loadedViews.set(entry.id, chunk.default);
        if (here) setView(() => chunk.default);
      },
      (error: unknown) => here && setFailed(String(error)),
    );
    return () => {
      here = false;
    };
  }, [entry]);
  if (failed) return <EmptyState title={t("shell.unreachable")}>{t("shell.unreachable_remedy")}</EmptyState>;
  if (!View) return <Skeleton />;
  return (
    <Boundary>
      <View {...props} />
    </Boundary>
  );
}

class Boundary extends Component<{ children: ComponentChildren }, { problem: string | null }> {
  override state = { problem: null as string | null };
  static override getDerivedStateFromError(error: unknown) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  override render() {
    if (this.state.problem === null) return this.props.children;
    return (
      <EmptyState title={t("shell.failed")}>
        <p class="mono">{this.state.problem}</p>
        <button type="button" class="button" onClick={() => this.setState({ problem: null })}>{t("shell.retry")}</button>
      </EmptyState>
    );
  }
}
