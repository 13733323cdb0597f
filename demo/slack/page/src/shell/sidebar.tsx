import { DropdownMenu } from 'radix-ui';
import type { Person } from '../api/types.ts';
import { directMessageOf } from '../state/snapshot.ts';
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
  const { channels, people, who, app, unread, isLive } = useSnapshot((now) => now);
  const me = people.find(({ id }) => id === who);
  const own = channels.filter((one) => isIn(one.members, one.isExtShared === true, me));
  const direct = directMessageOf(who);
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
          {own.map(({ id, name, isPrivate, isExtShared, isArchived }) => (
            <li key={id}>
              <Entry
                isCurrent={id === channel}
                unread={unread[id]?.count ?? 0}
                mentions={unread[id]?.mentions ?? 0}
                onOpen={() => onOpen(id)}
              >
                <span className="hash" aria-hidden="true">
                  {isPrivate === true ? '🔒' : '#'}
                </span>
                <span className={isArchived === true ? 'name archived' : 'name'}>{name}</span>
                {isExtShared === true && (
                  <span className="shared" title="Shared with another workspace">
                    ⧉<span className="sr-only">shared</span>
                  </span>
                )}
              </Entry>
            </li>
          ))}
        </ul>
        {app !== undefined && (
          <>
            <h2>Apps</h2>
            <ul>
              <li>
                <Entry
                  isCurrent={channel === direct}
                  unread={unread[direct]?.count ?? 0}
                  mentions={unread[direct]?.count ?? 0}
                  onOpen={() => onOpen(direct)}
                >
                  <Avatar name={app.bot.name} isBot size="small" />
                  <span className="name">{app.bot.name}</span>
                </Entry>
              </li>
            </ul>
          </>
        )}
      </div>
      <PersonSwitcher people={people} me={me} onPerson={onPerson} theme={theme} onTheme={onTheme} />
    </nav>
  );
}

/** Channels without a list of members hold everybody active, and strangers only where they are shared. */
function isIn(members: readonly string[] | undefined, isShared: boolean, me: Person | undefined): boolean {
  if (me === undefined || me.isDeleted === true) return false;
  if (members !== undefined) return members.includes(me.id);
  return me.isStranger !== true || isShared;
}

interface EntryProps {
  readonly isCurrent: boolean;
  readonly unread: number;
  readonly mentions: number;
  readonly onOpen: () => void;
  readonly children: React.ReactNode;
}

const Entry = ({ isCurrent, unread, mentions, onOpen, children }: EntryProps) => (
  <button
    type="button"
    className={['entry', isCurrent && 'current', unread > 0 && 'unread'].filter(Boolean).join(' ')}
    aria-current={isCurrent ? 'page' : undefined}
    onClick={onOpen}
  >
    {children}
    {unread > 0 && (
      <span className={mentions > 0 ? 'count' : 'dot'}>
        {mentions > 0 && mentions}
        <span className="sr-only">{unread} unread</span>
      </span>
    )}
  </button>
);

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
          <DropdownMenu.Item
            className="menu-item"
            onSelect={() => window.open(location.href, '_blank', 'noopener')}
          >
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

function kindOf(person: Person): string {
  if (person.isStranger === true) return 'From another workspace';
  if (person.isUltraRestricted === true) return 'Single-channel guest';
  if (person.isRestricted === true) return 'Guest';
  return person.doNotDisturb === true ? 'Do not disturb' : 'Member';
}
