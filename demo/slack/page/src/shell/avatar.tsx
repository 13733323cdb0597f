interface Props {
  readonly name: string;
  readonly isBot?: boolean;
  readonly size?: 'small' | 'normal';
}

/** A person's initials on a colour of their own; apps have a mark. */
export const Avatar = ({ name, isBot = false, size = 'normal' }: Props) => (
  <span className={`avatar ${size} ${isBot ? 'bot' : `hue-${hueOf(name)}`}`} aria-hidden="true">
    {isBot ? <BotMark /> : initialsOf(name)}
  </span>
);

const initialsOf = (name: string): string => {
  const words = name.replace(/[()]/g, '').split(/\s+/);
  const [first = ''] = words;
  return (first.slice(0, 1) + (words[1] ?? '').slice(0, 1)).toUpperCase();
};

const hueOf = (name: string): number =>
  [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 6;

const BotMark = () => (
  <svg viewBox="0 0 32 32" aria-hidden="true">
    <g stroke="currentColor" strokeWidth="3" strokeLinecap="round" fill="none">
      <path d="M7 10.5h11" />
      <path d="M7 16h18" />
      <path d="M7 21.5h8" />
    </g>
    <circle cx="24.5" cy="10.5" r="2.6" className="bot-dot" />
  </svg>
);
