import emojiNames from 'virtual:emoji-names';
import { createRoot } from 'react-dom/client';
import { createControl } from './api/control.ts';
import { createEmoji } from './mrkdwn/emoji.ts';
import { Root } from './shell/root.tsx';
import './style/base.css';
import './style/shell.css';
import './style/messages.css';
import './style/blocks.css';
import './style/dialogs.css';
import './style/side.css';

const base = '/control';
const place = document.getElementById('root');
if (place === null) throw new Error('the page has no place to draw in');
createRoot(place).render(
  <Root
    base={base}
    control={createControl(base, (...words) => fetch(...words))}
    findEmoji={createEmoji(emojiNames)}
    now={() => Date.now()}
  />,
);
