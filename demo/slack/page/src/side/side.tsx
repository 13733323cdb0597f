import { Tabs } from 'radix-ui';
import { useSnapshot } from '../shell/context.tsx';
import { Wire } from './wire.tsx';

interface Props {
  readonly tab: string;
  readonly onTab: (tab: string) => void;
  readonly theme: string;
  readonly onClose: () => void;
}

/** The wire, and beside it whatever pages the server has for here. */
export function Side({ tab, onTab, theme, onClose }: Props) {
  const panels = useSnapshot((now) => now.panels);
  const who = useSnapshot((now) => now.who);
  const isThere = tab === 'wire' || panels.some(({ id }) => id === tab);
  // Whoever comes for the first time finds what the server wants to be seen first.
  const current = isThere ? tab : (panels[0]?.id ?? 'wire');
  return (
    <aside className="side" aria-label="Behind the scenes">
      <Tabs.Root value={current} onValueChange={onTab} className="tabs">
        <header className="pane-head">
          <Tabs.List className="tab-list" aria-label="Behind the scenes">
            <Tabs.Trigger value="wire" className="tab">
              Wire
            </Tabs.Trigger>
            {panels.map(({ id, title }) => (
              <Tabs.Trigger key={id} value={id} className="tab">
                {title}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <button type="button" className="close" aria-label="Close side area" onClick={onClose}>
            ✕
          </button>
        </header>
        <Tabs.Content value="wire" className="tab-content">
          <Wire />
        </Tabs.Content>
        {panels.map(({ id, title, url }) => (
          <Tabs.Content key={id} value={id} className="tab-content">
            <iframe title={title} src={`${url}?${new URLSearchParams({ who, theme })}`} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </aside>
  );
}
