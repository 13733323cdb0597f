import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import type { Channel, Person } from '../api/types.ts';
import { Avatar } from './avatar.tsx';
import { useSnapshot } from './context.tsx';

interface Props {
  readonly channel: string;
  readonly onOpen: (channel: string) => void;
  readonly onPerson: (id: string) => void;
  readonly onSwitcher: () => void;
  readonly theme: ThemeChoice;
  readonly onTheme: (theme: ThemeChoice) => void;
}

export type ThemeChoice = 'system' | 'light' | 'dark';

/** Workspace, channels, the app, and whose eyes these are. */
export function Sidebar({ channel, onOpen, onPerson, onSwitcher, theme, onTheme }: Props) {
  const { channels, people, who, isLive } = useSnapshot((now) => now);
  const me = people.find(({ id }) => id === who);
  const apps = channels.filter(({ isDirect }) => isDirect === true);
  return (
    <nav className="sidebar" aria-label="Conversations">
      <div className="brand">
        <strong>Simulated Slack</strong>
        <span className={isLive ? 'live' : 'live lost'} role="status">
          {isLive ? 'Live' : 'Connecting…'}
        </span>
      </div>
      <button type="button" className="jump" onClick={onSwitcher}>
        Jump to… <kbd>Ctrl K</kbd>
      </button>
      <div className="sidebar-lists">
        <h2>Channels</h2>
        <ul>
          {channels
            .filter(({ isDirect }) => isDirect !== true)
            .map((one) => (
              <li key={one.id}>
                <Entry of={one} isCurrent={one.id === channel} onOpen={onOpen}>
                  <span className="hash" aria-hidden="true">
                    {one.isPrivate === true ? '🔒' : '#'}
                  </span>
                  <span className={one.isArchived === true ? 'name archived' : 'name'}>{one.name}</span>
                  {one.isExtShared === true && <span className="shared">shared</span>}
                </Entry>
              </li>
            ))}
        </ul>
        {apps.length > 0 && <h2>Apps</h2>}
        <ul>
          {apps.map((one) => (
            <li key={one.id}>
              <Entry of={one} isCurrent={one.id === channel} onOpen={onOpen}>
                <Avatar name={one.name} isBot size="small" />
                <span className="name">{one.name}</span>
              </Entry>
            </li>
          ))}
        </ul>
      </div>
      <PersonSwitcher people={people} me={me} onPerson={onPerson} theme={theme} onTheme={onTheme} />
    </nav>
  );
}

interface EntryProps {
  readonly of: Channel;
  readonly isCurrent: boolean;
  readonly onOpen: (id: string) => void;
  readonly children: ReactNode;
}

function Entry({ of: { id, unread, mentions }, isCurrent, onOpen, children }: EntryProps) {
  const isUnread = unread > 0 || mentions > 0;
  return (
    <button
      type="button"
      className={['entry', isCurrent && 'current', isUnread && 'unread'].filter(Boolean).join(' ')}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={() => onOpen(id)}
    >
      {children}
      {isUnread && (
        <span className={mentions > 0 ? 'count' : 'dot'}>
          {mentions > 0 && mentions}
          <span className="sr-only"> {unread} unread</span>
        </span>
      )}
    </button>
  );
}

interface SwitcherProps {
  readonly people: readonly Person[];
  readonly me: Person | undefined;
  readonly onPerson: (id: string) => void;
  readonly theme: ThemeChoice;
  readonly onTheme: (theme: ThemeChoice) => void;
}

const themes = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;

function PersonSwitcher({ people, me, onPerson, theme, onTheme }: SwitcherProps) {
  const others = people.filter(({ isBot, isDeleted }) => isBot !== true && isDeleted !== true);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="me">
        <Avatar name={me?.name ?? '?'} />
        <span className="me-name">
          <span>{me?.name ?? 'Nobody'}</span>
          <span className="me-note">{me === undefined ? '' : kindOf(me)}</span>
        </span>
        <span className="select-mark" aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu person-menu"
          side="top"
          align="start"
          sideOffset={6}
          collisionPadding={8}
        >
          <DropdownMenu.Label className="option-group">Be somebody else</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={me?.id ?? ''} onValueChange={onPerson}>
            {others.map((person) => (
              <DropdownMenu.RadioItem key={person.id} value={person.id} className="menu-item person-item">
                <Avatar name={person.name} size="small" />
                <span>{person.name}</span>
                <span className="menu-note">{kindOf(person)}</span>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Item className="menu-item" onSelect={openSecondWindow}>
            Open a second window
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Label className="option-group">Colours</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={theme} onValueChange={(next) => onTheme(next as ThemeChoice)}>
            {Object.entries(themes).map(([value, label]) => (
              <DropdownMenu.RadioItem key={value} value={value} className="menu-item">
                {label}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Under the server's other name: a browser opens few lines to one host, and each window listens on some. */
function openSecondWindow(): void {
  const address = new URL(location.href);
  address.hostname = address.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  window.open(address, '_blank', 'noopener');
}

function kindOf(person: Person): string {
  if (person.isStranger === true) return 'From another workspace';
  if (person.isUltraRestricted === true) return 'Single-channel guest';
  if (person.isRestricted === true) return 'Guest';
  return person.doNotDisturb === true ? 'Do not disturb' : 'Member';
}
