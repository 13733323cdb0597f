import type { TaskNow } from '../../../../tour/model.ts';
import type { TourText } from '../../../../tour/text.ts';
import { channelAround, elsewhere, isAlone, offerWords, personAround } from '../kit/around.ts';
import { CopyButton } from './copy-button.tsx';

interface Props {
  readonly task: TaskNow;
  readonly isNext: boolean;
  readonly text: TourText;
}

/** One thing to do. The next one says who does it, where, and with which words. */
export function TaskLine({ task: { id, isDone, hand, type, facts, needsWords }, isNext, text }: Props) {
  return (
    <li className="task" data-task={id} data-done={isDone}>
      <p>
        <span aria-hidden="true" className="tick">
          {isDone ? '✓' : '○'}
        </span>
        <span className="sr-only">{isDone ? text.states.done : text.states.ahead}: </span>
        {text.tasks[id](facts)}
      </p>
      {isNext && hand === undefined && (
        <a className="button small" href={elsewhere({ side: worldTab })} target="_top">
          {text.toWorld}
        </a>
      )}
      {isNext && hand !== undefined && <HandLine hand={hand} text={text} />}
      {isNext && type !== undefined && hand !== undefined && (
        <div className="typed">
          <code>{type}</code>
          <span className="typed-buttons">
            <CopyButton words={type} text={text} />
            {!isAlone() && personAround() === hand.userId && (
              <button type="button" className="button small" onClick={() => offerWords(hand.channelId, type)}>
                {text.put}
              </button>
            )}
          </span>
        </div>
      )}
      {isNext && type === undefined && needsWords && <p className="note">{text.notYet}</p>}
    </li>
  );
}

/** The world panel's tab in the page around. */
const worldTab = 'world';

/** Says who it needs and where; whoever is somebody else, or elsewhere, gets the way there. */
function HandLine({ hand, text }: { readonly hand: NonNullable<TaskNow['hand']>; readonly text: TourText }) {
  const isThat = personAround() === hand.userId;
  const isThere = isThat && channelAround() === hand.channelId;
  return (
    <p className="hand">
      {text.as(hand.name, hand.channelName)}{' '}
      {!isThere && (
        <a href={elsewhere({ who: hand.userId, channel: hand.channelId })} target="_top">
          {isThat ? text.goTo(hand.channelName) : text.be(hand.name)}
        </a>
      )}
    </p>
  );
}
